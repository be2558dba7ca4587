import { complaint, OptionError, show } from "../../errors.js";
import { checkInteger, checkNumber, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import { isObject } from "../load.js";
import type { Optimizer } from "../optimizer.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { type Kind, type Kinds, notNegative } from "./state.js";

export interface MultiStepLROptions extends LRSchedulerOptions {
  /** What the learning rate is multiplied by. @default 0.1 */
  readonly gamma?: number;
}

/** How often each epoch is named: Python's Counter. */
type Milestones = { readonly [epoch: string]: number };
type MultiStepLRState = { milestones: Milestones; gamma: number };

const milestoneCounts: Kind = {
  expected: "an object of epochs and how often each is named",
  read: (value) => {
    const isCount = ([epoch, count]: [string, unknown]) => /^\d+$/.test(epoch) && Number.isSafeInteger(count) && (count as number) > 0;
    return isObject(value) && Object.entries(value).every(isCount) ? ({ ...value } as Milestones) : undefined;
  },
};

/** Multiplies the learning rate by γ at each epoch of a list; at one that is named twice, by γ². */
export class MultiStepLR extends LRScheduler<MultiStepLRState> {
  static override readonly name: string = "MultiStepLR";
  constructor(optimizer: Optimizer, milestones: Iterable<number>, options?: MultiStepLROptions) {
    const where = "optim.lrScheduler.MultiStepLR";
    const { gamma, lastEpoch } = checkOptions(where, options, { gamma: 0.1, lastEpoch: -1 });
    super(where, optimizer, { milestones: count(where, milestones), gamma: checkNumber(where, "gamma", gamma, { min: 0 }) });
    this.start(lastEpoch);
  }

  protected override where(): string {
    return "optim.lrScheduler.MultiStepLR";
  }

  protected override ownKinds(): Kinds<MultiStepLRState> {
    return { milestones: milestoneCounts, gamma: notNegative };
  }

  get #factor(): number {
    return core().pow64(this.state.gamma, this.state.milestones[this.state.last_epoch] ?? 0);
  }

  protected override nextLrs(): number[] {
    return this.scaled(this.#factor);
  }

  protected override restartLrs(): number[] {
    return this.scaledBase(this.#factor);
  }
}

function count(where: string, milestones: Iterable<number>): Milestones {
  if (typeof milestones !== "object" || milestones === null || !(Symbol.iterator in milestones)) {
    throw new OptionError(complaint(where, "milestones", "an array of epochs", show(milestones)));
  }
  const counts: Record<string, number> = {};
  for (const epoch of milestones) {
    checkInteger(where, "every milestone", epoch, { min: 0 });
    counts[epoch] = (counts[epoch] ?? 0) + 1;
  }
  return counts;
}
