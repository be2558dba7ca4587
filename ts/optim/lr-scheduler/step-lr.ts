import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { integer, type Kinds, notNegative } from "./state.js";

export interface StepLROptions extends LRSchedulerOptions {
  /** What the learning rate is multiplied by. @default 0.1 */
  readonly gamma?: number;
}

type StepLRState = { step_size: number; gamma: number };

/**
 * Multiplies the learning rate by γ every `stepSize` epochs.
 *
 * @example
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 30); // 0.1 up to epoch 29, 0.01 up to 59, …
 * for (let epoch = 0; epoch < 100; epoch++) {
 *   train();
 *   scheduler.step();
 * }
 */
export class StepLR extends LRScheduler<StepLRState> {
  static override readonly name: string = "StepLR";
  constructor(optimizer: Optimizer, stepSize: number, options?: StepLROptions) {
    const where = "optim.lrScheduler.StepLR";
    const { gamma, lastEpoch } = checkOptions(where, options, { gamma: 0.1, lastEpoch: -1 });
    checkInteger(where, "stepSize", stepSize, { min: 1 });
    super(where, optimizer, { step_size: stepSize, gamma: checkNumber(where, "gamma", gamma, { min: 0 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.StepLR";
  }

  protected override ownKinds(): Kinds<StepLRState> {
    return { step_size: integer(1), gamma: notNegative };
  }

  protected override nextLrs(): number[] {
    const { last_epoch, step_size, gamma } = this.state;
    return last_epoch === 0 || last_epoch % step_size !== 0 ? this.unchanged() : this.scaled(gamma);
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(1);
  }
}
