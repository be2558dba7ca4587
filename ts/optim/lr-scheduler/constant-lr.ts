import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { integer, type Kinds, notNegative } from "./state.js";

export interface ConstantLROptions extends LRSchedulerOptions {
  /** In [0, 1]. @default 1 / 3 */
  readonly factor?: number;
  /** How many epochs the factor holds. @default 5 */
  readonly totalIters?: number;
}

type ConstantLRState = { factor: number; total_iters: number };

/**
 * Multiplies the learning rate by a factor for the first epochs.
 *
 * DIFFERS: `totalIters` is at least 1; a factor of 0 ends at the initial learning rate, where PyTorch divides by zero.
 */
export class ConstantLR extends LRScheduler<ConstantLRState> {
  static override readonly name: string = "ConstantLR";
  constructor(optimizer: Optimizer, options?: ConstantLROptions) {
    const where = "optim.lrScheduler.ConstantLR";
    const { factor, totalIters, lastEpoch } = checkOptions(where, options, { factor: 1 / 3, totalIters: 5, lastEpoch: -1 });
    checkNumber(where, "factor", factor, { min: 0, max: 1 });
    super(where, optimizer, { factor, total_iters: checkInteger(where, "totalIters", totalIters, { min: 1 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.ConstantLR";
  }

  protected override ownKinds(): Kinds<ConstantLRState> {
    return { factor: notNegative, total_iters: integer(1) };
  }

  protected override nextLrs(): number[] {
    const { last_epoch, factor, total_iters } = this.state;
    if (last_epoch === 0) return this.scaled(factor);
    if (last_epoch !== total_iters) return this.unchanged();
    return factor === 0 ? this.scaledBase(1) : this.scaled(1 / factor);
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(this.state.factor);
  }
}
