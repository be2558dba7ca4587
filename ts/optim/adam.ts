import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { type Betas, checkBetas, checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface AdamOptions {
  /** @default 1e-3 */
  readonly lr?: number;
  /** Factors of the averages of gradients and of their squares. @default [0.9, 0.999] */
  readonly betas?: Betas;
  /** @default 1e-8 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** Divide by the largest average of squares so far (Reddi, Kale and Kumar 2018). @default false */
  readonly amsgrad?: boolean;
  /** @default false */
  readonly maximize?: boolean;
  /** Weight decay shrinks the parameter itself, as in AdamW, instead of being added to the gradient. @default false */
  readonly decoupledWeightDecay?: boolean;
}

export type AdamState = { step: number; exp_avg: Tensor; exp_avg_sq: Tensor; max_exp_avg_sq?: Tensor };

/**
 * Adam (Kingma and Ba 2015).
 *
 *     m ← β1·m + (1 − β1)·g      v ← β2·v + (1 − β2)·g²
 *     param ← param − lr · m/(1 − β1ᵗ) / (√(v/(1 − β2ᵗ)) + eps)
 *
 * @example
 * const optimizer = new optim.Adam([
 *   { params: model.embedding.parameters(), lr: 1e-2 },
 *   { params: model.rnn.parameters() },
 * ], { lr: 1e-3 });
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  static override readonly name: string = "Adam";

  protected override where(): string {
    return "optim.Adam";
  }

  protected override standard(): Required<AdamOptions> {
    const flags = { amsgrad: false, maximize: false, decoupledWeightDecay: false };
    return { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, ...flags };
  }

  protected override check(options: Required<AdamOptions>): void {
    checkBetas(this.where(), options.betas);
    checkNotNegative(this.where(), "eps", options.eps);
    checkNotNegative(this.where(), "weightDecay", options.weightDecay);
    checkBoolean(this.where(), "amsgrad", options.amsgrad);
    checkBoolean(this.where(), "maximize", options.maximize);
    checkBoolean(this.where(), "decoupledWeightDecay", options.decoupledWeightDecay);
  }

  protected override newState(param: Tensor, { amsgrad }: Group<AdamOptions>): AdamState {
    const state = { step: 0, exp_avg: bufferLike(param), exp_avg_sq: bufferLike(param) };
    return amsgrad ? { ...state, max_exp_avg_sq: bufferLike(param) } : state;
  }

  protected override update(n: number, param: number, grad: number, state: AdamState, group: Group<AdamOptions>, tensor: Tensor): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay } = group;
    const step = ++state.step;
    if (amsgrad) state.max_exp_avg_sq ??= bufferLike(tensor);
    const [m, v, u] = [pointerOf(state.exp_avg), pointerOf(state.exp_avg_sq), amsgrad ? pointerOf(state.max_exp_avg_sq as Tensor) : 0];
    const flags = [Number(decoupledWeightDecay), Number(maximize)] as const;
    core().adam(n, param, grad, m, v, u, lr, betas[0], betas[1], eps, weightDecay, ...flags, step);
  }
}
