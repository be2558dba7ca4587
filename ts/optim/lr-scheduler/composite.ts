import { complaint, OptionError, StateDictError, show } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { ReduceLROnPlateau } from "./reduce-lr-on-plateau.js";
import { Scheduler } from "./scheduler.js";
import type { Json, SchedulerStateDict } from "./state.js";

/** Throws unless they are schedulers of this optimizer that need no metric. */
export function checkMembers(where: string, optimizer: Optimizer, schedulers: readonly unknown[]): void {
  if (!Array.isArray(schedulers) || schedulers.length === 0) {
    throw new OptionError(complaint(where, "schedulers", "an array of at least one", show(schedulers)));
  }
  for (const [index, scheduler] of (schedulers as unknown[]).entries()) {
    const what = `schedulers[${index}]`;
    if (!(scheduler instanceof Scheduler)) throw new OptionError(complaint(where, what, "a scheduler", show(scheduler)));
    if (scheduler instanceof ReduceLROnPlateau) {
      throw new OptionError(complaint(where, what, "one that needs no metric", "a ReduceLROnPlateau"));
    }
    if (scheduler.optimizer !== optimizer) throw new OptionError(complaint(where, what, "of the same optimizer", "one of another"));
  }
}

/** The base of schedulers made of others. */
export abstract class CompositeScheduler<M extends Scheduler, S extends { _last_lr: readonly number[] }> extends Scheduler<S> {
  protected readonly members: readonly M[];

  protected constructor(where: string, optimizer: Optimizer, members: readonly M[], state: S) {
    super(where, optimizer, state);
    this.members = [...members];
  }

  /** The state, and those of the schedulers it is made of. */
  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), _schedulers: this.members.map((member) => member.stateDict()) };
  }

  /** @internal */
  override prepareLoad(where: string, source: unknown, prefix: string): () => void {
    const { _schedulers: saved, ...own } = Object(source) as { _schedulers?: Json };
    const load = super.prepareLoad(where, source === Object(source) ? own : source, prefix);
    const name = prefix === "" ? "_schedulers" : `${prefix}._schedulers`;
    if (!Array.isArray(saved) || saved.length !== this.members.length) {
      throw new StateDictError(complaint(where, name, `a list of ${this.members.length}`, show(saved)));
    }
    const loads = this.members.map((member, index) => member.prepareLoad(where, saved[index], `${name}[${index}]`));
    return () => {
      for (const each of [load, ...loads]) each();
    };
  }

  /** @internal */
  override keep(): () => void {
    const all = [super.keep(), ...this.members.map((member) => member.keep())];
    return () => {
      for (const goBack of all) goBack();
    };
  }
}
