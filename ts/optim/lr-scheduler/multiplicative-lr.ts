import { checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LambdaScheduler, type LrLambdas } from "./lambdas.js";
import type { LRSchedulerOptions } from "./lr-scheduler.js";

/** Multiplies the learning rate every epoch by what a function of the epoch returns. */
export class MultiplicativeLR extends LambdaScheduler {
  static override readonly name: string = "MultiplicativeLR";

  /** @param lrLambda a function, or one for each group */
  constructor(optimizer: Optimizer, lrLambda: LrLambdas, options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.MultiplicativeLR";
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    super(where, optimizer, lrLambda);
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.MultiplicativeLR";
  }

  protected override nextLrs(): number[] {
    return this.state._is_initial ? this.unchanged() : this.multiplied(this.unchanged());
  }
}
