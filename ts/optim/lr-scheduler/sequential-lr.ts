import { complaint, OptionError, show } from "../../errors.js";
import { checkInteger, checkOptions } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import { CompositeScheduler, checkMembers } from "./composite.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { checkOptimizer, currentLrs } from "./scheduler.js";
import { eachGroup, finite, integer, type Kinds, listOf } from "./state.js";

type SequentialLRState = { _milestones: readonly number[]; last_epoch: number; _last_lr: readonly number[] };

/**
 * One scheduler after the other, each from its own epoch 0.
 *
 * DIFFERS: none of them may be a SequentialLR or a ChainedScheduler: in PyTorch these end an epoch early, take their first step twice, or fail.
 *
 * @example
 * const warmUp = new optim.lrScheduler.LinearLR(optimizer, { totalIters: 5 });
 * const fall = new optim.lrScheduler.CosineAnnealingLR(optimizer, 95);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [warmUp, fall], [5]);
 */
export class SequentialLR extends CompositeScheduler<LRScheduler, SequentialLRState> {
  static override readonly name: string = "SequentialLR";
  /** @param milestones the epoch in which each scheduler but the first takes over */
  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], milestones: readonly number[], options?: LRSchedulerOptions) {
    const where = "optim.lrScheduler.SequentialLR";
    checkMembers(where, checkOptimizer(where, optimizer), schedulers);
    const odd = schedulers.findIndex((scheduler) => !(scheduler instanceof LRScheduler));
    if (odd >= 0) {
      const hint = "put all schedulers into one list";
      throw new OptionError(complaint(where, `schedulers[${odd}]`, "a scheduler by itself", "one made of others", hint));
    }
    checkMilestones(where, milestones, schedulers.length - 1);
    const { lastEpoch } = checkOptions(where, options, { lastEpoch: -1 });
    checkInteger(where, "lastEpoch", lastEpoch, { min: -1 });
    super(where, optimizer, schedulers, { _milestones: [...milestones], last_epoch: lastEpoch + 1, _last_lr: [] });
    // Making the schedulers has changed the learning rates, and counted an epoch for each.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.uncount();
    this.#at(0).initialStep();
    this.state = { ...this.state, _last_lr: currentLrs(optimizer) };
  }

  protected override where(): string {
    return "optim.lrScheduler.SequentialLR";
  }

  protected override kinds(): Kinds<SequentialLRState> {
    const count = this.members.length - 1;
    return { _milestones: listOf(integer(0), count, count), last_epoch: integer(0), _last_lr: eachGroup(finite, this.optimizer) };
  }

  /** How many epochs there were, less one. */
  get lastEpoch(): number {
    return this.state.last_epoch;
  }

  #at(epoch: number): LRScheduler {
    return this.members[this.state._milestones.filter((milestone) => milestone <= epoch).length] as LRScheduler;
  }

  /** Sets the learning rates of the next epoch. To be called after the optimizer's `step()`. */
  step(): void {
    const epoch = this.state.last_epoch + 1;
    const scheduler = this.#at(epoch);
    if (this.state._milestones.includes(epoch)) scheduler.restart();
    else scheduler.step();
    this.state = { ...this.state, last_epoch: epoch, _last_lr: scheduler.getLastLr() };
  }
}

function checkMilestones(where: string, milestones: readonly number[], count: number): void {
  if (!Array.isArray(milestones) || milestones.length !== count) {
    const actual = Array.isArray(milestones) ? `${milestones.length}` : show(milestones);
    throw new OptionError(complaint(where, "milestones", `an array of ${count}, one fewer than schedulers`, actual));
  }
  for (const [index, epoch] of milestones.entries()) {
    checkInteger(where, `milestones[${index}]`, epoch, { min: index === 0 ? 0 : (milestones[index - 1] as number) });
  }
}
