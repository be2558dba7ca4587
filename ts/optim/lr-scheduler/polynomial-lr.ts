import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { integer, type Kinds, notNegative } from "./state.js";

export interface PolynomialLROptions extends LRSchedulerOptions {
  /** After how many epochs the learning rate is 0. @default 5 */
  readonly totalIters?: number;
  /** @default 1 */
  readonly power?: number;
}

type PolynomialLRState = { total_iters: number; power: number };

/**
 * Lets the learning rate fall to 0.
 *
 *     lr = base·(1 − epoch/totalIters)^power
 *
 * DIFFERS: `totalIters` is at least 1, and `power` at least 0.
 */
export class PolynomialLR extends LRScheduler<PolynomialLRState> {
  static override readonly name: string = "PolynomialLR";
  constructor(optimizer: Optimizer, options?: PolynomialLROptions) {
    const where = "optim.lrScheduler.PolynomialLR";
    const { totalIters, power, lastEpoch } = checkOptions(where, options, { totalIters: 5, power: 1, lastEpoch: -1 });
    checkInteger(where, "totalIters", totalIters, { min: 1 });
    super(where, optimizer, { total_iters: totalIters, power: checkNumber(where, "power", power, { min: 0 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.PolynomialLR";
  }

  protected override ownKinds(): Kinds<PolynomialLRState> {
    return { total_iters: integer(1), power: notNegative };
  }

  protected override nextLrs(): number[] {
    const { last_epoch, _is_initial, total_iters, power } = this.state;
    if (_is_initial || last_epoch > total_iters) return this.unchanged();
    return this.scaled(core().pow64((1 - last_epoch / total_iters) / (1 - (last_epoch - 1) / total_iters), power));
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(1);
  }
}
