import { complaint, OptionError } from "../errors.js";
import { checkBoolean, checkNumber } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { checkNotNegative } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface SGDOptions {
  /** @default 1e-3 */
  readonly lr?: number;
  /** @default 0 */
  readonly momentum?: number;
  /** How much of a gradient does not get into the momentum. @default 0 */
  readonly dampening?: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** @default false */
  readonly nesterov?: boolean;
  /** @default false */
  readonly maximize?: boolean;
}

type SGDState = { momentum_buffer?: Tensor };

/**
 * Stochastic gradient descent.
 *
 *     b ← momentum·b + (1 − dampening)·g      param ← param − lr·b
 *
 * With `nesterov` the step is lr·(g + momentum·b), without momentum lr·g. The first b is g.
 *
 * @example
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  static override readonly name: string = "SGD";

  protected override where(): string {
    return "optim.SGD";
  }

  protected override standard(): Required<SGDOptions> {
    return { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
  }

  protected override check({ momentum, dampening, weightDecay, nesterov, maximize }: Required<SGDOptions>): void {
    checkNotNegative("optim.SGD", "momentum", momentum);
    checkNumber("optim.SGD", "dampening", dampening);
    checkNotNegative("optim.SGD", "weightDecay", weightDecay);
    checkBoolean("optim.SGD", "nesterov", nesterov);
    checkBoolean("optim.SGD", "maximize", maximize);
    if (!nesterov || (momentum > 0 && dampening === 0)) return;
    const actual = `momentum ${momentum} and dampening ${dampening}`;
    throw new OptionError(complaint("optim.SGD", "nesterov", "with a momentum and without dampening", actual));
  }

  protected override newState(): SGDState {
    return {};
  }

  protected override update(n: number, param: number, grad: number, state: SGDState, group: Group<SGDOptions>, tensor: Tensor): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    const isFirst = momentum !== 0 && state.momentum_buffer === undefined;
    if (isFirst) state.momentum_buffer = bufferLike(tensor);
    const buffer = momentum === 0 ? 0 : pointerOf(state.momentum_buffer as Tensor);
    core().sgd(n, param, grad, buffer, lr, momentum, dampening, weightDecay, Number(nesterov), Number(maximize), Number(isFirst));
  }
}
