import { checkBoolean, checkNumber } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface AdadeltaOptions {
  /** @default 1 */
  readonly lr?: number;
  /** The factor of both averages of squares. @default 0.9 */
  readonly rho?: number;
  /** @default 1e-6 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** @default false */
  readonly maximize?: boolean;
}

type AdadeltaState = { step: number; square_avg: Tensor; acc_delta: Tensor };

/**
 * Adadelta (Zeiler 2012).
 *
 *     v ← ρ·v + (1 − ρ)·g²      d = √(u + eps) / √(v + eps) · g      u ← ρ·u + (1 − ρ)·d²      param ← param − lr·d
 */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  static override readonly name: string = "Adadelta";

  protected override where(): string {
    return "optim.Adadelta";
  }

  protected override standard(): Required<AdadeltaOptions> {
    return { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };
  }

  protected override check({ rho, eps, weightDecay, maximize }: Required<AdadeltaOptions>): void {
    checkNumber("optim.Adadelta", "rho", rho, { min: 0, max: 1 });
    checkNotNegative("optim.Adadelta", "eps", eps);
    checkNotNegative("optim.Adadelta", "weightDecay", weightDecay);
    checkBoolean("optim.Adadelta", "maximize", maximize);
  }

  protected override newState(param: Tensor): AdadeltaState {
    return { step: 0, square_avg: bufferLike(param), acc_delta: bufferLike(param) };
  }

  protected override update(n: number, param: number, grad: number, state: AdadeltaState, group: Group<AdadeltaOptions>): void {
    const { lr, rho, eps, weightDecay, maximize } = group;
    state.step++;
    core().adadelta(n, param, grad, pointerOf(state.square_avg), pointerOf(state.acc_delta), lr, rho, eps, weightDecay, Number(maximize));
  }
}
