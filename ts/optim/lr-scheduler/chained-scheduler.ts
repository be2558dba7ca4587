import { checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { CompositeScheduler, checkMembers } from "./composite.js";
import { keepGroups } from "./groups.js";
import type { LRScheduler } from "./lr-scheduler.js";
import { checkOptimizer, currentLrs } from "./scheduler.js";
import type { SequentialLR } from "./sequential-lr.js";
import { eachGroup, finite, type Kinds } from "./state.js";

export interface ChainedSchedulerOptions {
  /** @default that of the first scheduler */
  readonly optimizer?: Optimizer | undefined;
}

type ChainedState = { _last_lr: readonly number[] };
type Member = LRScheduler | SequentialLR | ChainedScheduler;

/** Several schedulers at once: each of them takes a step, and changes the learning rates that the one before has set. */
export class ChainedScheduler extends CompositeScheduler<Member, ChainedState> {
  static override readonly name: string = "ChainedScheduler";
  constructor(schedulers: readonly Member[], options?: ChainedSchedulerOptions) {
    const where = "optim.lrScheduler.ChainedScheduler";
    const given = checkOptions<{ optimizer: Optimizer | undefined }>(where, options, { optimizer: undefined }).optimizer;
    const optimizer = given ?? schedulers?.[0]?.optimizer;
    checkMembers(where, optimizer as Optimizer, schedulers);
    super(where, checkOptimizer(where, optimizer), schedulers, { _last_lr: currentLrs(optimizer as Optimizer) });
  }

  protected override where(): string {
    return "optim.lrScheduler.ChainedScheduler";
  }

  protected override kinds(): Kinds<ChainedState> {
    return { _last_lr: eachGroup(finite, this.optimizer) };
  }

  /** Lets all of them step, or none if one cannot. To be called after the optimizer's `step()`. */
  step(): void {
    const all = [this.keep(), keepGroups(this.optimizer)];
    try {
      for (const scheduler of this.members) scheduler.step();
    } catch (error) {
      for (const goBack of all) goBack();
      throw error;
    }
    this.state = { _last_lr: currentLrs(this.optimizer) };
  }
}
