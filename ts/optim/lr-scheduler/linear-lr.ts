import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { integer, type Kinds, notNegative } from "./state.js";

export interface LinearLROptions extends LRSchedulerOptions {
  /** In (0, 1]. @default 1 / 3 */
  readonly startFactor?: number;
  /** In [0, 1]. @default 1 */
  readonly endFactor?: number;
  /** How many epochs it takes from one to the other. @default 5 */
  readonly totalIters?: number;
}

type LinearLRState = { start_factor: number; end_factor: number; total_iters: number };

/**
 * Multiplies the learning rate by a factor that goes from one value to another in even steps: a warm-up.
 *
 * DIFFERS: `totalIters` is at least 1.
 */
export class LinearLR extends LRScheduler<LinearLRState> {
  static override readonly name: string = "LinearLR";
  constructor(optimizer: Optimizer, options?: LinearLROptions) {
    const where = "optim.lrScheduler.LinearLR";
    const defaults = { startFactor: 1 / 3, endFactor: 1, totalIters: 5, lastEpoch: -1 };
    const { startFactor, endFactor, totalIters, lastEpoch } = checkOptions(where, options, defaults);
    checkNumber(where, "startFactor", startFactor, { above: 0, max: 1 });
    checkNumber(where, "endFactor", endFactor, { min: 0, max: 1 });
    checkInteger(where, "totalIters", totalIters, { min: 1 });
    super(where, optimizer, { start_factor: startFactor, end_factor: endFactor, total_iters: totalIters });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.LinearLR";
  }

  protected override ownKinds(): Kinds<LinearLRState> {
    return { start_factor: notNegative, end_factor: notNegative, total_iters: integer(1) };
  }

  protected override nextLrs(): number[] {
    const { last_epoch, _is_initial, start_factor, end_factor, total_iters } = this.state;
    if (last_epoch === 0) return this.scaled(start_factor);
    if (_is_initial || last_epoch > total_iters) return this.unchanged();
    const range = end_factor - start_factor;
    return this.scaled(1 + range / (total_iters * start_factor + (last_epoch - 1) * range));
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(this.state.start_factor);
  }
}
