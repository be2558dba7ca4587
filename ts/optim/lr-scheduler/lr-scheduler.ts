import { complaint, OptionError } from "../../errors.js";
import { checkInteger, checkNumber } from "../../options.js";
import type { Optimizer } from "../optimizer.js";
import type { ParamGroup } from "../params.js";
import { checkCount } from "./groups.js";
import { setMomentum } from "./momentum.js";
import { noteScheduler, warnIfEarly } from "./order.js";
import { currentLrs, Scheduler } from "./scheduler.js";
import { eachGroup, exactly, finite, integer, type Kinds } from "./state.js";

/** What schedulers that count epochs keep. */
export type EpochState = {
  base_lrs: readonly number[];
  last_epoch: number;
  _step_count: number;
  _is_initial: boolean;
  _get_lr_called_within_step: boolean;
  _last_lr: readonly number[];
};

export interface LRSchedulerOptions {
  /**
   * How many epochs there were before, less one; −1 starts afresh. Others need an optimizer whose state was loaded, for the initial learning
   * rates are in it; `loadStateDict` of the scheduler is the better way.
   *
   * @default -1
   */
  readonly lastEpoch?: number;
}

/**
 * The base of schedulers that set the learning rates by counting calls of `step()`. The first rates are set at once.
 *
 * DIFFERS: rates are not below 0, since no optimizer takes such; sizes of steps and numbers of epochs are at least 1.
 */
export abstract class LRScheduler<S extends object = object> extends Scheduler<S & EpochState> {
  static override readonly name: string = "LRScheduler";
  protected constructor(where: string, optimizer: Optimizer, own: S) {
    const counted = { base_lrs: [], last_epoch: -1, _step_count: 0, _is_initial: false, _get_lr_called_within_step: false, _last_lr: [] };
    super(where, optimizer, { ...own, ...counted });
  }

  /** What each value of the subclass's own state may be, given that which is to be loaded. */
  protected abstract ownKinds(source: unknown): Kinds<S>;

  protected override kinds(source: unknown): Kinds<S & EpochState> {
    const rates = eachGroup(finite, this.optimizer);
    const flags = { _is_initial: exactly(false), _get_lr_called_within_step: exactly(false) };
    const counted: Kinds<EpochState> = { base_lrs: rates, last_epoch: integer(-1), _step_count: integer(0), ...flags, _last_lr: rates };
    return { ...this.ownKinds(source), ...counted } as Kinds<S & EpochState>;
  }

  /** The learning rates of the epoch that `state.last_epoch` names, from the ones before, which the groups have. */
  protected abstract nextLrs(): number[];

  /** The learning rates of epoch 0 when the scheduler takes over from another; from the initial ones where it can tell. */
  protected restartLrs(): number[] {
    return this.nextLrs();
  }

  /** The momentum of each group in the epoch that `state.last_epoch` names; undefined leaves it alone. */
  protected nextMomentums(): number[] | undefined {
    return undefined;
  }

  /** How many epochs there were, less one. */
  get lastEpoch(): number {
    return this.state.last_epoch;
  }

  /** The learning rate each group starts from. */
  get baseLrs(): number[] {
    return [...this.state.base_lrs];
  }

  /** Last in the constructor of each subclass: notes the initial learning rates, and takes the first step. */
  protected start(lastEpoch: number): void {
    const where = this.where();
    checkInteger(where, "lastEpoch", lastEpoch, { min: -1 });
    const { paramGroups } = this.optimizer;
    const initial = paramGroups.map((group, index) => initialLr(where, group, index, lastEpoch));
    this.state = { ...this.state, base_lrs: initial, last_epoch: lastEpoch };
    this.initialStep();
    for (const [index, group] of paramGroups.entries()) group.initialLr = initial[index] as number;
    noteScheduler(this.optimizer);
  }

  /** @internal The step that every scheduler starts with. */
  initialStep(): void {
    this.state = { ...this.state, _step_count: 0, _is_initial: true };
    this.step();
    this.state = { ...this.state, _is_initial: false };
  }

  /** @internal Takes back the count of one step, but not what it did. */
  uncount(): void {
    this.state = { ...this.state, last_epoch: this.state.last_epoch - 1 };
  }

  /** @internal Starts at epoch 0, where another scheduler has been before. */
  restart(): void {
    this.setEpoch({ last_epoch: 0 }, () => this.restartLrs());
  }

  /**
   * Sets the learning rates of the next epoch. To be called after the optimizer's `step()`.
   *
   * DIFFERS: the warning that there was none comes once for an optimizer; an epoch whose rates cannot be computed is not counted.
   */
  step(): void {
    if (this.state._step_count === 1) warnIfEarly(this.optimizer);
    this.setEpoch({ last_epoch: this.state.last_epoch + 1 }, () => this.nextLrs());
    this.state = { ...this.state, _step_count: this.state._step_count + 1 };
  }

  /** Changes the state and then, by it, the groups; nothing at all if a rate cannot be computed. */
  protected setEpoch(change: object, compute: () => number[]): void {
    const where = `${this.where()}.step`;
    const goBack = this.keep();
    this.state = { ...this.state, ...change };
    try {
      const lrs = compute();
      checkCount(where, lrs.length, this.optimizer);
      for (const [index, lr] of lrs.entries()) checkNumber(where, `the learning rate of group ${index}`, lr, { min: 0 });
      const momentums = this.nextMomentums();
      for (const [index, group] of this.optimizer.paramGroups.entries()) {
        group.lr = lrs[index] as number;
        if (momentums !== undefined) setMomentum(group, momentums[index] as number);
      }
    } catch (error) {
      goBack();
      throw error;
    }
    this.state = { ...this.state, _last_lr: currentLrs(this.optimizer) };
  }

  /** Every group's learning rate times a factor. */
  protected scaled(factor: number): number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr * factor);
  }

  /** Every group's initial learning rate times a factor. */
  protected scaledBase(factor: number): number[] {
    return this.state.base_lrs.map((lr) => lr * factor);
  }

  /** The learning rates as they are. */
  protected unchanged(): number[] {
    return currentLrs(this.optimizer);
  }
}

function initialLr(where: string, group: ParamGroup, index: number, lastEpoch: number): number {
  if (group.initialLr !== undefined) return group.initialLr;
  if (lastEpoch === -1) return group.lr;
  const hint = "load the optimizer's state first, or leave lastEpoch out";
  throw new OptionError(complaint(where, `initialLr of group ${index}`, "there to go on from an epoch", "undefined", hint));
}
