import { complaint, OptionError, show } from "../../errors.js";
import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../../options.js";
import { isTensor, type Tensor } from "../../tensor/tensor.js";
import type { Optimizer } from "../optimizer.js";
import { type PerGroup, perGroup } from "./groups.js";
import { checkOptimizer, currentLrs, Scheduler } from "./scheduler.js";
import { eachGroup, finite, integer, type Kind, type Kinds, notNegative, oneOf } from "./state.js";

export interface ReduceLROnPlateauOptions {
  /** Whether the metric is to become small or large. @default "min" */
  readonly mode?: "min" | "max";
  /** What the learning rate is multiplied by; in [0, 1). @default 0.1 */
  readonly factor?: number;
  /** How many epochs without a better metric are borne. @default 10 */
  readonly patience?: number;
  /** By how much a metric must be better to count. @default 1e-4 */
  readonly threshold?: number;
  /** Whether the threshold is a part of the best metric, or of its unit. @default "rel" */
  readonly thresholdMode?: "rel" | "abs";
  /** How many epochs after a reduction are not counted. @default 0 */
  readonly cooldown?: number;
  /** The least learning rate. @default 0 */
  readonly minLr?: PerGroup;
  /** Reductions of no more than this are left out. @default 1e-8 */
  readonly eps?: number;
}

/** A number as JSON can hold it: infinities are texts. */
type Extended = number | "Infinity" | "-Infinity";

type PlateauState = {
  factor: number;
  default_min_lr: number | null;
  min_lrs: readonly number[];
  patience: number;
  cooldown: number;
  eps: number;
  last_epoch: number;
  _last_lr: readonly number[];
  mode_worse: Extended;
  mode: "min" | "max";
  threshold: number;
  threshold_mode: "rel" | "abs";
  best: Extended;
  cooldown_counter: number;
  num_bad_epochs: number;
};

function extended(value: number): Extended {
  return Number.isFinite(value) ? value : (String(value) as Extended);
}

const extendedKind: Kind = {
  expected: "a number, and no NaN",
  read: (value) => {
    const number = value === "Infinity" || value === "-Infinity" ? Number(value) : value;
    return typeof number === "number" && !Number.isNaN(number) ? extended(number) : undefined;
  },
};
const numberOrNull: Kind = { expected: "a number or null", read: (value) => (value === null ? null : notNegative.read(value)) };

const where = "optim.lrScheduler.ReduceLROnPlateau";
type Checked = Required<ReduceLROnPlateauOptions>;
const defaults: Checked = {
  ...{ mode: "min", factor: 0.1, patience: 10, threshold: 1e-4, thresholdMode: "rel", cooldown: 0, minLr: 0, eps: 1e-8 },
};

/**
 * Reduces the learning rate when a metric does not get better any more.
 *
 * DIFFERS: in the state dict infinity is the text "Infinity", which JSON can hold.
 *
 * @example
 * const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 3 });
 * scheduler.step(validate(model)); // after each epoch
 */
export class ReduceLROnPlateau extends Scheduler<PlateauState> {
  static override readonly name: string = "ReduceLROnPlateau";
  constructor(optimizer: Optimizer, options?: ReduceLROnPlateauOptions) {
    checkOptimizer(where, optimizer);
    super(where, optimizer, firstState(optimizer, checkOptions<Checked>(where, options, defaults)));
  }

  protected override where(): string {
    return where;
  }

  protected override kinds(): Kinds<PlateauState> {
    const { optimizer } = this;
    return {
      ...{ factor: notNegative, default_min_lr: numberOrNull, min_lrs: eachGroup(notNegative, optimizer), patience: integer(0) },
      ...{
        cooldown: integer(0),
        eps: notNegative,
        last_epoch: integer(0),
        _last_lr: eachGroup(finite, optimizer),
        mode_worse: extendedKind,
      },
      ...{ mode: oneOf("min", "max"), threshold: finite, threshold_mode: oneOf("rel", "abs"), best: extendedKind },
      ...{ cooldown_counter: integer(0), num_bad_epochs: integer(0) },
    };
  }

  /** How many metrics there were. */
  get lastEpoch(): number {
    return this.state.last_epoch;
  }

  /** The best metric so far; infinite if there was none. */
  get best(): number {
    return Number(this.state.best);
  }

  /** How many epochs there were since then that count. */
  get numBadEpochs(): number {
    return this.state.num_bad_epochs;
  }

  /** Whether epochs are not counted at the moment. */
  get inCooldown(): boolean {
    return this.state.cooldown_counter > 0;
  }

  /**
   * Takes the metric of an epoch, and reduces the learning rates if it is time to.
   *
   * @param metrics a number, or a tensor of one element; NaN counts as no better
   */
  step(metrics: number | Tensor): void {
    const current = isTensor(metrics) ? metrics.item() : metrics;
    if (typeof current !== "number") {
      throw new OptionError(complaint(`${where}.step`, "metrics", "a number, or a tensor of one", show(metrics)));
    }
    const { last_epoch, best, num_bad_epochs, cooldown_counter, patience, cooldown } = this.state;
    const isBetter = this.#isBetter(current, Number(best));
    const isCooling = cooldown_counter > 0;
    const bad = isBetter || isCooling ? 0 : num_bad_epochs + 1;
    const counters = bad > patience ? { cooldown_counter: cooldown, num_bad_epochs: 0 } : { num_bad_epochs: bad };
    const reduced = bad > patience ? { min_lrs: this.#reduce() } : {};
    this.state = {
      ...this.state,
      ...{ last_epoch: last_epoch + 1, best: isBetter ? extended(current) : best },
      cooldown_counter: isCooling ? cooldown_counter - 1 : 0,
      ...counters,
      ...reduced,
      _last_lr: currentLrs(this.optimizer),
    };
  }

  #isBetter(current: number, best: number): boolean {
    const { mode, threshold, threshold_mode } = this.state;
    if (mode === "min") return current < (threshold_mode === "rel" ? best * (1 - threshold) : best - threshold);
    return current > (threshold_mode === "rel" ? best * (threshold + 1) : best + threshold);
  }

  /** Reduces all learning rates; the least of each group, of which there may be new ones. */
  #reduce(): readonly number[] {
    const { factor, default_min_lr, eps, min_lrs } = this.state;
    const { paramGroups } = this.optimizer;
    const least = paramGroups.length === min_lrs.length ? min_lrs : paramGroups.map(() => requireDefault(default_min_lr, min_lrs.length));
    for (const [index, group] of paramGroups.entries()) {
      const lr = Math.max(group.lr * factor, least[index] as number);
      if (group.lr - lr > eps) group.lr = lr;
    }
    return least;
  }
}

function requireDefault(minLr: number | null, count: number): number {
  if (minLr !== null) return minLr;
  const actual = `${count} for the groups of then`;
  throw new OptionError(complaint(`${where}.step`, "minLr", "one number, as groups were added", actual, "make the scheduler anew"));
}

function firstState(optimizer: Optimizer, options: Checked): PlateauState {
  const { mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps } = options;
  const worst = checkOneOf(where, "mode", mode, ["min", "max"]) === "min" ? "Infinity" : "-Infinity";
  checkNumber(where, "eps", eps, { min: 0 });
  return {
    factor: checkNumber(where, "factor", factor, { min: 0, below: 1 }),
    default_min_lr: typeof minLr === "number" ? minLr : null,
    min_lrs: perGroup(where, "minLr", minLr, optimizer, { min: 0 }),
    patience: checkInteger(where, "patience", patience, { min: 0 }),
    cooldown: checkInteger(where, "cooldown", cooldown, { min: 0 }),
    ...{ eps, last_epoch: 0, _last_lr: currentLrs(optimizer), mode_worse: worst, mode },
    threshold: checkNumber(where, "threshold", threshold),
    threshold_mode: checkOneOf(where, "thresholdMode", thresholdMode, ["rel", "abs"]),
    ...{ best: worst, cooldown_counter: 0, num_bad_epochs: 0 },
  };
}
