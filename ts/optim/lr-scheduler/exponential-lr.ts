import { checkNumber, checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { type Kinds, notNegative } from "./state.js";

type ExponentialLRState = { gamma: number };

/** Multiplies the learning rate by γ every epoch. */
export class ExponentialLR extends LRScheduler<ExponentialLRState> {
  static override readonly name: string = "ExponentialLR";
  constructor(optimizer: Optimizer, gamma: number, options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.ExponentialLR";
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    super(where, optimizer, { gamma: checkNumber(where, "gamma", gamma, { min: 0 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.ExponentialLR";
  }

  protected override ownKinds(): Kinds<ExponentialLRState> {
    return { gamma: notNegative };
  }

  protected override nextLrs(): number[] {
    return this.state._is_initial ? this.unchanged() : this.scaled(this.state.gamma);
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(1);
  }
}
