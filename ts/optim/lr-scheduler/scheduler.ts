import { complaint, OptionError, show } from "../../errors.js";
import { Optimizer } from "../optimizer.js";
import { checkState, type Kinds, type SchedulerStateDict } from "./state.js";

/** What every scheduler keeps. */
type SharedState = { _last_lr: readonly number[] };

/** `value` if it is an optimizer. */
export function checkOptimizer(where: string, value: unknown): Optimizer {
  if (value instanceof Optimizer) return value as Optimizer;
  throw new OptionError(complaint(where, "optimizer", "an optimizer", show(value)));
}

/** The learning rates of the groups as they are now. */
export function currentLrs({ paramGroups }: Optimizer): number[] {
  return paramGroups.map(({ lr }) => lr);
}

/** The base of all schedulers: an optimizer, and a state that is plain data. */
export abstract class Scheduler<S extends SharedState = SharedState> {
  static readonly name: string = "Scheduler";
  readonly optimizer: Optimizer;
  /** By PyTorch's names. A change is a new object, so that the one before can be gone back to. */
  protected state: S;

  protected constructor(where: string, optimizer: Optimizer, state: S) {
    this.optimizer = checkOptimizer(where, optimizer);
    this.state = state;
  }

  /** The name in errors: a literal. */
  protected abstract where(): string;

  /** What each value of a state may be, given that which is to be loaded. */
  protected abstract kinds(source: unknown): Kinds<S>;

  /** The learning rate of each group that was set last. */
  getLastLr(): number[] {
    return [...this.state._last_lr];
  }

  /** The state, as plain data that JSON can hold, by PyTorch's names. */
  stateDict(): SchedulerStateDict {
    return structuredClone(this.state) as SchedulerStateDict;
  }

  /**
   * Takes over what `stateDict()` gave. The learning rates themselves are the optimizer's: load its state, too.
   *
   * DIFFERS: PyTorch takes whatever is there, without a check.
   *
   * @throws StateDictError if something is missing, unknown or out of range; nothing is changed then
   */
  loadStateDict(stateDict: SchedulerStateDict): void {
    this.prepareLoad(`${this.where()}.loadStateDict`, stateDict, "")();
  }

  /** @internal Checks a state, and returns what takes it over. `prefix` says where in a larger one it is. */
  prepareLoad(where: string, source: unknown, prefix: string): () => void {
    const state = checkState<S>(where, source, this.kinds(source), prefix);
    return () => {
      this.state = state;
    };
  }

  /** @internal Returns what goes back to the state as it is now. */
  keep(): () => void {
    const { state } = this;
    return () => {
      this.state = state;
    };
  }
}
