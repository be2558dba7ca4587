import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { type Betas, checkBetas, checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface RAdamOptions {
  /** @default 1e-3 */
  readonly lr?: number;
  /** Factors of the averages of gradients and of their squares. @default [0.9, 0.999] */
  readonly betas?: Betas;
  /** @default 1e-8 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** Weight decay shrinks the parameter itself instead of being added to the gradient. @default false */
  readonly decoupledWeightDecay?: boolean;
  /** @default false */
  readonly maximize?: boolean;
}

type RAdamState = { step: number; exp_avg: Tensor; exp_avg_sq: Tensor };

/**
 * RAdam, Adam that does not divide by the variance until it can be told (Liu et al. 2020).
 *
 *     m ← β1·m + (1 − β1)·g      v ← β2·v + (1 − β2)·g²      ρ∞ = 2/(1 − β2) − 1      ρ = ρ∞ − 2t·β2ᵗ/(1 − β2ᵗ)
 *     param ← param − lr·m/(1 − β1ᵗ) · r·√(1 − β2ᵗ)/(√v + eps)      r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ))
 *
 * with the last factor 1 as long as ρ ≤ 5.
 */
export class RAdam extends Optimizer<RAdamOptions, RAdamState> {
  static override readonly name: string = "RAdam";

  protected override where(): string {
    return "optim.RAdam";
  }

  protected override standard(): Required<RAdamOptions> {
    return { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, decoupledWeightDecay: false, maximize: false };
  }

  protected override check({ betas, eps, weightDecay, decoupledWeightDecay, maximize }: Required<RAdamOptions>): void {
    checkBetas("optim.RAdam", betas);
    checkNotNegative("optim.RAdam", "eps", eps);
    checkNotNegative("optim.RAdam", "weightDecay", weightDecay);
    checkBoolean("optim.RAdam", "decoupledWeightDecay", decoupledWeightDecay);
    checkBoolean("optim.RAdam", "maximize", maximize);
  }

  protected override newState(param: Tensor): RAdamState {
    return { step: 0, exp_avg: bufferLike(param), exp_avg_sq: bufferLike(param) };
  }

  protected override update(n: number, param: number, grad: number, state: RAdamState, group: Group<RAdamOptions>): void {
    const { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize } = group;
    const [m, v, step] = [pointerOf(state.exp_avg), pointerOf(state.exp_avg_sq), ++state.step];
    const flags = [Number(decoupledWeightDecay), Number(maximize)] as const;
    core().radam(n, param, grad, m, v, lr, betas[0], betas[1], eps, weightDecay, ...flags, step);
  }
}
