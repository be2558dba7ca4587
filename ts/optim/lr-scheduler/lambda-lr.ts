import { checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LambdaScheduler, type LrLambdas } from "./lambdas.js";
import type { LRSchedulerOptions } from "./lr-scheduler.js";

/**
 * Multiplies the initial learning rate by what a function of the epoch returns.
 *
 * @example
 * const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (epoch) => 1 / (1 + epoch));
 */
export class LambdaLR extends LambdaScheduler {
  static override readonly name: string = "LambdaLR";

  /** @param lrLambda a function, or one for each group */
  constructor(optimizer: Optimizer, lrLambda: LrLambdas, options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.LambdaLR";
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    super(where, optimizer, lrLambda);
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.LambdaLR";
  }

  protected override nextLrs(): number[] {
    return this.multiplied(this.state.base_lrs);
  }
}
