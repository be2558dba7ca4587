import { checkBoolean } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface RMSpropOptions {
  /** @default 1e-2 */
  readonly lr?: number;
  /** The factor of the average of squares. @default 0.99 */
  readonly alpha?: number;
  /** @default 1e-8 */
  readonly eps?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** @default 0 */
  readonly momentum?: number;
  /** Divide by an estimate of the variance instead of the mean of squares (Graves 2013). @default false */
  readonly centered?: boolean;
  /** @default false */
  readonly maximize?: boolean;
}

type RMSpropState = { step: number; square_avg: Tensor; momentum_buffer?: Tensor; grad_avg?: Tensor };

/**
 * RMSprop (Hinton 2012).
 *
 *     v ← α·v + (1 − α)·g²      b ← momentum·b + g / (√v + eps)      param ← param − lr·b
 *
 * With `centered`, v − a² takes the place of v, where a ← α·a + (1 − α)·g.
 */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  static override readonly name: string = "RMSprop";

  protected override where(): string {
    return "optim.RMSprop";
  }

  protected override standard(): Required<RMSpropOptions> {
    return { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false, maximize: false };
  }

  protected override check({ alpha, eps, weightDecay, momentum, centered, maximize }: Required<RMSpropOptions>): void {
    checkNotNegative("optim.RMSprop", "alpha", alpha);
    checkNotNegative("optim.RMSprop", "eps", eps);
    checkNotNegative("optim.RMSprop", "weightDecay", weightDecay);
    checkNotNegative("optim.RMSprop", "momentum", momentum);
    checkBoolean("optim.RMSprop", "centered", centered);
    checkBoolean("optim.RMSprop", "maximize", maximize);
  }

  protected override newState(param: Tensor): RMSpropState {
    return { step: 0, square_avg: bufferLike(param) };
  }

  protected override update(
    n: number,
    param: number,
    grad: number,
    state: RMSpropState,
    group: Group<RMSpropOptions>,
    tensor: Tensor,
  ): void {
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = group;
    state.step++;
    if (momentum > 0) state.momentum_buffer ??= bufferLike(tensor);
    if (centered) state.grad_avg ??= bufferLike(tensor);
    const average = centered ? pointerOf(state.grad_avg as Tensor) : 0;
    const buffer = momentum > 0 ? pointerOf(state.momentum_buffer as Tensor) : 0;
    const squares = pointerOf(state.square_avg);
    core().rmsprop(n, param, grad, squares, average, buffer, lr, alpha, eps, weightDecay, momentum, Number(maximize));
  }
}
