import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { type Betas, checkBetas, checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface NAdamOptions {
  /** @default 2e-3 */
  readonly lr?: number;
  /** Factors of the averages of gradients and of their squares. @default [0.9, 0.999] */
  readonly betas?: Betas;
  /** @default 1e-8 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** How fast the momentum approaches β1. @default 4e-3 */
  readonly momentumDecay?: number;
  /** Weight decay shrinks the parameter itself instead of being added to the gradient. @default false */
  readonly decoupledWeightDecay?: boolean;
  /** @default false */
  readonly maximize?: boolean;
}

type NAdamState = { step: number; mu_product: number; exp_avg: Tensor; exp_avg_sq: Tensor };

/**
 * NAdam, Adam with Nesterov momentum (Dozat 2016).
 *
 *     m ← β1·m + (1 − β1)·g      v ← β2·v + (1 − β2)·g²      μ_t = β1·(1 − 0.96^(t·momentumDecay)/2)      Π_t = μ_1·…·μ_t
 *     param ← param − lr·((1 − μ_t)/(1 − Π_t)·g + μ_(t+1)/(1 − Π_(t+1))·m) / (√(v/(1 − β2ᵗ)) + eps)
 */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  static override readonly name: string = "NAdam";

  protected override where(): string {
    return "optim.NAdam";
  }

  protected override standard(): Required<NAdamOptions> {
    const flags = { decoupledWeightDecay: false, maximize: false };
    return { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, momentumDecay: 4e-3, ...flags };
  }

  protected override check(options: Required<NAdamOptions>): void {
    checkBetas("optim.NAdam", options.betas);
    checkNotNegative("optim.NAdam", "eps", options.eps);
    checkNotNegative("optim.NAdam", "weightDecay", options.weightDecay);
    checkNotNegative("optim.NAdam", "momentumDecay", options.momentumDecay);
    checkBoolean("optim.NAdam", "decoupledWeightDecay", options.decoupledWeightDecay);
    checkBoolean("optim.NAdam", "maximize", options.maximize);
  }

  protected override newState(param: Tensor): NAdamState {
    return { step: 0, mu_product: 1, exp_avg: bufferLike(param), exp_avg_sq: bufferLike(param) };
  }

  protected override update(n: number, param: number, grad: number, state: NAdamState, group: Group<NAdamOptions>): void {
    const { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize } = group;
    const [m, v, step] = [pointerOf(state.exp_avg), pointerOf(state.exp_avg_sq), ++state.step];
    const rates = [lr, betas[0], betas[1], eps, weightDecay, momentumDecay] as const;
    const flags = [Number(decoupledWeightDecay), Number(maximize)] as const;
    state.mu_product = core().nadam(n, param, grad, m, v, ...rates, ...flags, step, state.mu_product);
  }
}
