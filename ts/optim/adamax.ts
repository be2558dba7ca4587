import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { type Betas, checkBetas, checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface AdamaxOptions {
  /** @default 2e-3 */
  readonly lr?: number;
  /** Factors of the average of gradients and of their largest size. @default [0.9, 0.999] */
  readonly betas?: Betas;
  /** @default 1e-8 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** @default false */
  readonly maximize?: boolean;
}

type AdamaxState = { step: number; exp_avg: Tensor; exp_inf: Tensor };

/**
 * Adamax, Adam with the infinity norm (Kingma and Ba 2015, section 7.1).
 *
 *     m ← β1·m + (1 − β1)·g      u ← max(β2·u, |g| + eps)      param ← param − lr/(1 − β1ᵗ) · m/u
 */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
  static override readonly name: string = "Adamax";

  protected override where(): string {
    return "optim.Adamax";
  }

  protected override standard(): Required<AdamaxOptions> {
    return { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };
  }

  protected override check({ betas, eps, weightDecay, maximize }: Required<AdamaxOptions>): void {
    checkBetas("optim.Adamax", betas);
    checkNotNegative("optim.Adamax", "eps", eps);
    checkNotNegative("optim.Adamax", "weightDecay", weightDecay);
    checkBoolean("optim.Adamax", "maximize", maximize);
  }

  protected override newState(param: Tensor): AdamaxState {
    return { step: 0, exp_avg: bufferLike(param), exp_inf: bufferLike(param) };
  }

  protected override update(n: number, param: number, grad: number, state: AdamaxState, group: Group<AdamaxOptions>): void {
    const { lr, betas, eps, weightDecay, maximize } = group;
    const [m, u, step] = [pointerOf(state.exp_avg), pointerOf(state.exp_inf), ++state.step];
    core().adamax(n, param, grad, m, u, lr, betas[0], betas[1], eps, weightDecay, Number(maximize), step);
  }
}
