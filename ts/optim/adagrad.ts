import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface AdagradOptions {
  /** @default 1e-2 */
  readonly lr?: number;
  /** @default 0 */
  readonly lrDecay?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** @default 0 */
  readonly initialAccumulatorValue?: number;
  /** @default 1e-10 */
  readonly eps?: number;
  /** @default false */
  readonly maximize?: boolean;
}

type AdagradState = { step: number; sum: Tensor };

/**
 * Adagrad (Duchi, Hazan and Singer 2011).
 *
 *     s ← s + g²      param ← param − lr/(1 + (t − 1)·lrDecay) · g / (√s + eps)
 */
export class Adagrad extends Optimizer<AdagradOptions, AdagradState> {
  static override readonly name: string = "Adagrad";

  protected override where(): string {
    return "optim.Adagrad";
  }

  protected override standard(): Required<AdagradOptions> {
    return { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false };
  }

  protected override check({ lrDecay, weightDecay, initialAccumulatorValue, eps, maximize }: Required<AdagradOptions>): void {
    checkNotNegative("optim.Adagrad", "lrDecay", lrDecay);
    checkNotNegative("optim.Adagrad", "weightDecay", weightDecay);
    checkNotNegative("optim.Adagrad", "initialAccumulatorValue", initialAccumulatorValue);
    checkNotNegative("optim.Adagrad", "eps", eps);
    checkBoolean("optim.Adagrad", "maximize", maximize);
  }

  protected override newState(param: Tensor, { initialAccumulatorValue }: Group<AdagradOptions>): AdagradState {
    return { step: 0, sum: bufferLike(param, initialAccumulatorValue) };
  }

  protected override update(n: number, param: number, grad: number, state: AdagradState, group: Group<AdagradOptions>): void {
    const { lr, lrDecay, weightDecay, eps, maximize } = group;
    core().adagrad(n, param, grad, pointerOf(state.sum), lr, lrDecay, weightDecay, eps, Number(maximize), ++state.step);
  }
}
