import { complaint, OptionError, show } from "../../errors.js";
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import type { Optimizer } from "../optimizer.js";
import { keepGroups, type PerGroup, perGroup } from "./groups.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { cycleKinds, momentumRange, requireMomentum } from "./momentum.js";
import { checkOptimizer } from "./scheduler.js";
import { eachGroup, finite, type Kinds, nothing, notNegative, oneOf, optional } from "./state.js";

export interface CyclicLROptions extends LRSchedulerOptions {
  /** How many steps the learning rate rises. @default 2000 */
  readonly stepSizeUp?: number;
  /** How many steps it falls. @default stepSizeUp */
  readonly stepSizeDown?: number | undefined;
  /** All peaks alike, each half as high as the one before, or lower by γ at each step. @default "triangular" */
  readonly mode?: "triangular" | "triangular2" | "exp_range";
  /** Of "exp_range". @default 1 */
  readonly gamma?: number;
  /** What the peaks are scaled by, instead of `mode`, given what `scaleMode` says. @default undefined */
  readonly scaleFn?: ((x: number) => number) | undefined;
  /** What `scaleFn` is given: the number of the cycle, from 1, or that of the step. @default "cycle" */
  readonly scaleMode?: "cycle" | "iterations";
  /** Whether momentum, or the first of the betas, falls where the learning rate rises, and the reverse. @default true */
  readonly cycleMomentum?: boolean;
  /** The least momentum. @default 0.8 */
  readonly baseMomentum?: PerGroup;
  /** The largest momentum. @default 0.9 */
  readonly maxMomentum?: PerGroup;
}

type CyclicLRState = {
  max_lrs: readonly number[];
  total_size: number;
  step_ratio: number;
  mode: string;
  gamma: number;
  scale_mode: string;
  cycle_momentum: boolean;
  /** These are only there if momentum cycles. */
  use_beta1?: boolean;
  base_momentums?: readonly number[];
  max_momentums?: readonly number[];
  /** Functions cannot be saved, as in PyTorch. */
  _scale_fn_custom: null;
};

const where = "optim.lrScheduler.CyclicLR";
type Checked = Required<CyclicLROptions>;
const defaults: Checked = {
  ...{ stepSizeUp: 2000, stepSizeDown: undefined, mode: "triangular", gamma: 1, scaleFn: undefined, scaleMode: "cycle" },
  ...{ cycleMomentum: true, baseMomentum: 0.8, maxMomentum: 0.9, lastEpoch: -1 },
};

/**
 * Lets the learning rate rise and fall between two bounds, in straight lines; a step for each batch (Smith 2017).
 *
 *     lr = base + (max − base)·x·scale      x from 0 to 1 and back to 0
 */
export class CyclicLR extends LRScheduler<CyclicLRState> {
  static override readonly name: string = "CyclicLR";
  readonly #scaleFn: ((x: number) => number) | undefined;

  constructor(optimizer: Optimizer, baseLr: PerGroup, maxLr: PerGroup, options?: CyclicLROptions) {
    checkOptimizer(where, optimizer);
    const checked = checkCyclic(checkOptions<Checked>(where, options, defaults));
    const lrs = perGroup(where, "baseLr", baseLr, optimizer, { min: 0 });
    const state = firstState(optimizer, maxLr, checked);
    super(where, optimizer, state);
    this.#scaleFn = checked.scaleFn;
    const goBack = keepGroups(optimizer);
    try {
      if (checked.lastEpoch === -1) this.#prepare(lrs, state);
      this.start(checked.lastEpoch);
    } catch (error) {
      goBack(); // scaleFn has failed
      throw error;
    }
    this.state = { ...this.state, base_lrs: lrs };
  }

  #prepare(lrs: readonly number[], { base_momentums, max_momentums }: CyclicLRState): void {
    for (const [index, group] of this.optimizer.paramGroups.entries()) {
      group.lr = lrs[index] as number;
      if (max_momentums === undefined || base_momentums === undefined) continue;
      group.maxMomentum = max_momentums[index] as number;
      group.baseMomentum = base_momentums[index] as number;
    }
  }

  protected override where(): string {
    return where;
  }

  protected override ownKinds(source: unknown): Kinds<Required<CyclicLRState>> {
    const each = eachGroup(notNegative, this.optimizer);
    const cycle = cycleKinds(source, this.optimizer);
    return {
      ...{ max_lrs: each, total_size: notNegative, step_ratio: notNegative, mode: oneOf(...MODES), gamma: finite },
      ...{ scale_mode: oneOf("cycle", "iterations"), ...cycle },
      ...optional({ base_momentums: each, max_momentums: each }, cycle.use_beta1.isOptional !== true),
      _scale_fn_custom: nothing,
    };
  }

  /** How far up the way it is, times the scale. */
  #height(): number {
    const { last_epoch, total_size, step_ratio, mode, gamma, scale_mode } = this.state;
    const cycle = Math.floor(1 + last_epoch / total_size);
    const x = 1 + last_epoch / total_size - cycle;
    const height = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1);
    const at = scale_mode === "cycle" ? cycle : last_epoch;
    if (this.#scaleFn !== undefined) return height * checkNumber(`${where}.step`, `what scaleFn(${at}) returns`, this.#scaleFn(at));
    if (mode === "exp_range") return height * core().pow64(gamma, at);
    return mode === "triangular" ? height : height / 2 ** (at - 1);
  }

  protected override nextLrs(): number[] {
    const { base_lrs, max_lrs } = this.state;
    const height = this.#height();
    return base_lrs.map((base, index) => base + ((max_lrs[index] as number) - base) * height);
  }

  protected override nextMomentums(): number[] | undefined {
    const { cycle_momentum, base_momentums, max_momentums } = this.state;
    if (!cycle_momentum || base_momentums === undefined || max_momentums === undefined) return undefined;
    const height = this.#height();
    return max_momentums.map((max, index) => max - (max - (base_momentums[index] as number)) * height);
  }
}

const MODES = ["triangular", "triangular2", "exp_range"] as const;

function checkCyclic(options: Checked): Checked {
  const { stepSizeUp, stepSizeDown, mode, gamma, scaleFn, scaleMode, cycleMomentum, lastEpoch } = options;
  checkNumber(where, "stepSizeUp", stepSizeUp, { above: 0 });
  if (stepSizeDown !== undefined) checkNumber(where, "stepSizeDown", stepSizeDown, { above: 0 });
  checkOneOf(where, "mode", mode, MODES);
  checkNumber(where, "gamma", gamma, { min: 0 });
  if (scaleFn !== undefined && typeof scaleFn !== "function") {
    throw new OptionError(complaint(where, "scaleFn", "a function", show(scaleFn)));
  }
  checkOneOf(where, "scaleMode", scaleMode, ["cycle", "iterations"]);
  checkBoolean(where, "cycleMomentum", cycleMomentum);
  checkInteger(where, "lastEpoch", lastEpoch, { min: -1 });
  return options;
}

function firstState(optimizer: Optimizer, maxLr: PerGroup, options: Checked): CyclicLRState {
  const { stepSizeUp, stepSizeDown = stepSizeUp, mode, gamma, scaleFn, cycleMomentum } = options;
  const total = stepSizeUp + stepSizeDown;
  const standardScale = mode === "exp_range" ? "iterations" : "cycle";
  return {
    max_lrs: perGroup(where, "maxLr", maxLr, optimizer, { min: 0 }),
    ...{ total_size: total, step_ratio: stepSizeUp / total, mode, gamma },
    scale_mode: scaleFn === undefined ? standardScale : options.scaleMode,
    cycle_momentum: cycleMomentum,
    ...(cycleMomentum ? momentumState(optimizer, options) : {}),
    _scale_fn_custom: null,
  };
}

function momentumState(optimizer: Optimizer, { baseMomentum, maxMomentum }: Checked): Partial<CyclicLRState> {
  const use_beta1 = requireMomentum(where, optimizer);
  const range = momentumRange(use_beta1);
  return {
    use_beta1,
    base_momentums: perGroup(where, "baseMomentum", baseMomentum, optimizer, range),
    max_momentums: perGroup(where, "maxMomentum", maxMomentum, optimizer, range),
  };
}
