import { checkBoolean, checkNumber } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { core } from "../wasm/core.js";
import { checkTwo } from "./checks.js";
import { Optimizer } from "./optimizer.js";
import type { Group } from "./params.js";
import { bufferLike, pointerOf } from "./state.js";

export interface RpropOptions {
  /** The size of the first step. @default 1e-2 */
  readonly lr?: number;
  /** By what step sizes shrink and grow. @default [0.5, 1.2] */
  readonly etas?: readonly [number, number];
  /** The smallest and the largest step size. @default [1e-6, 50] */
  readonly stepSizes?: readonly [number, number];
  /** @default false */
  readonly maximize?: boolean;
}

type RpropState = { step: number; prev: Tensor; step_size: Tensor };

/**
 * Rprop (Riedmiller and Braun 1993), for gradients of all data.
 *
 *     s ← s·η⁺ where g·g' > 0, s·η⁻ where g·g' < 0, between its bounds      g ← 0 where g·g' < 0
 *     param ← param − sign(g)·s, with g' the g of the step before
 */
export class Rprop extends Optimizer<RpropOptions, RpropState> {
  static override readonly name: string = "Rprop";

  protected override where(): string {
    return "optim.Rprop";
  }

  protected override standard(): Required<RpropOptions> {
    return { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };
  }

  protected override check({ etas, stepSizes, maximize }: Required<RpropOptions>): void {
    checkTwo("optim.Rprop", "etas", etas);
    checkNumber("optim.Rprop", "etas[0]", etas[0], { above: 0, below: 1 });
    checkNumber("optim.Rprop", "etas[1]", etas[1], { above: 1 });
    checkTwo("optim.Rprop", "stepSizes", stepSizes);
    checkNumber("optim.Rprop", "stepSizes[0]", stepSizes[0], { min: 0 });
    checkNumber("optim.Rprop", "stepSizes[1]", stepSizes[1], { min: stepSizes[0] });
    checkBoolean("optim.Rprop", "maximize", maximize);
  }

  protected override newState(param: Tensor, { lr }: Group<RpropOptions>): RpropState {
    return { step: 0, prev: bufferLike(param), step_size: bufferLike(param, lr) };
  }

  protected override update(n: number, param: number, grad: number, state: RpropState, group: Group<RpropOptions>): void {
    const { etas, stepSizes, maximize } = group;
    state.step++;
    const [prev, size] = [pointerOf(state.prev), pointerOf(state.step_size)];
    core().rprop(n, param, grad, prev, size, etas[0], etas[1], stepSizes[0], stepSizes[1], Number(maximize));
  }
}
