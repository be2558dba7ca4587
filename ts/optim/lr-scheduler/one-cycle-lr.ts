import { complaint, OptionError } from "../../errors.js";
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../../options.js";
import { core } from "../../wasm/core.js";
import type { Optimizer } from "../optimizer.js";
import type { ParamGroup } from "../params.js";
import { type PerGroup, perGroup } from "./groups.js";
import { LRScheduler, type LRSchedulerOptions } from "./lr-scheduler.js";
import { cycleKinds, momentumRange, requireMomentum } from "./momentum.js";
import { type Phase, phaseKind, phases } from "./phases.js";
import { checkOptimizer } from "./scheduler.js";
import { integer, type Kinds, listOf, oneOf } from "./state.js";

export interface OneCycleLROptions extends LRSchedulerOptions {
  /** How many steps the cycle takes; it, or both of the following, must be given. @default epochs · stepsPerEpoch */
  readonly totalSteps?: number | undefined;
  /** @default undefined */
  readonly epochs?: number | undefined;
  /** @default undefined */
  readonly stepsPerEpoch?: number | undefined;
  /** The part of the cycle in which the learning rate rises, in [0, 1]. @default 0.3 */
  readonly pctStart?: number;
  /** @default "cos" */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether momentum, or the first of the betas, falls where the learning rate rises, and the reverse. @default true */
  readonly cycleMomentum?: boolean;
  /** The least momentum. @default 0.85 */
  readonly baseMomentum?: PerGroup;
  /** The largest momentum. @default 0.95 */
  readonly maxMomentum?: PerGroup;
  /** The first learning rate is maxLr / divFactor. @default 25 */
  readonly divFactor?: number;
  /** The last learning rate is the first / finalDivFactor. @default 1e4 */
  readonly finalDivFactor?: number;
  /** Whether it falls first to where it rose from, as fast as it rose, and then to the last. @default false */
  readonly threePhase?: boolean;
}

type OneCycleLRState = {
  total_steps: number;
  _schedule_phases: readonly Phase[];
  _anneal_func_type: string;
  cycle_momentum: boolean;
  /** Only there if momentum cycles. */
  use_beta1?: boolean;
};

const where = "optim.lrScheduler.OneCycleLR";
type Checked = Required<OneCycleLROptions>;
const defaults: Checked = {
  ...{ totalSteps: undefined, epochs: undefined, stepsPerEpoch: undefined, pctStart: 0.3, annealStrategy: "cos" },
  ...{ cycleMomentum: true, baseMomentum: 0.85, maxMomentum: 0.95, divFactor: 25, finalDivFactor: 1e4, threePhase: false, lastEpoch: -1 },
};

/**
 * One rise of the learning rate to `maxLr`, and a longer fall to almost nothing; a step for each batch (Smith and Topin 2018).
 *
 * What the groups start from and go to is kept in the groups of the optimizer, as PyTorch does it, and so in its state dict.
 *
 * DIFFERS: a rise or fall that takes no step has ended, where PyTorch divides by zero.
 *
 * @example
 * const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 0.01, { epochs: 10, stepsPerEpoch: loader.length });
 */
export class OneCycleLR extends LRScheduler<OneCycleLRState> {
  static override readonly name: string = "OneCycleLR";
  constructor(optimizer: Optimizer, maxLr: PerGroup, options?: OneCycleLROptions) {
    checkOptimizer(where, optimizer);
    const checked = checkOneCycle(checkOptions<Checked>(where, options, defaults));
    const { annealStrategy, cycleMomentum, pctStart, threePhase, lastEpoch } = checked;
    const total_steps = totalOf(checked);
    const beta = cycleMomentum ? { use_beta1: requireMomentum(where, optimizer) } : {};
    const ends = endsOf(optimizer, maxLr, checked);
    super(where, optimizer, {
      total_steps,
      _schedule_phases: phases(total_steps, pctStart, threePhase),
      _anneal_func_type: annealStrategy,
      cycle_momentum: cycleMomentum,
      ...beta,
    });
    if (lastEpoch === -1) for (const [index, group] of optimizer.paramGroups.entries()) Object.assign(group, ends[index]);
    this.start(lastEpoch);
  }

  protected override where(): string {
    return where;
  }

  protected override ownKinds(source: unknown): Kinds<Required<OneCycleLRState>> {
    return {
      total_steps: integer(1),
      _schedule_phases: listOf(phaseKind),
      _anneal_func_type: oneOf("cos", "linear"),
      ...cycleKinds(source, this.optimizer),
    };
  }

  protected override nextLrs(): number[] {
    const { last_epoch, total_steps } = this.state;
    if (last_epoch > total_steps) {
      throw new OptionError(complaint(`${where}.step`, "the number of steps", `at most ${total_steps}, the total`, String(last_epoch)));
    }
    return this.optimizer.paramGroups.map((group) => this.#anneal(group, "start_lr", "end_lr"));
  }

  protected override nextMomentums(): number[] | undefined {
    if (!this.state.cycle_momentum) return undefined;
    return this.optimizer.paramGroups.map((group) => this.#anneal(group, "start_momentum", "end_momentum"));
  }

  #anneal(group: ParamGroup, from: "start_lr" | "start_momentum", to: "end_lr" | "end_momentum"): number {
    const { last_epoch, _schedule_phases: all, _anneal_func_type } = this.state;
    const found = all.findIndex(({ end_step }) => last_epoch <= end_step);
    const number = found < 0 ? all.length - 1 : found;
    const phase = all[number] as Phase;
    const first = all[number - 1]?.end_step ?? 0;
    const part = phase.end_step === first ? 1 : (last_epoch - first) / (phase.end_step - first);
    const [start, end] = [keptBy(group, phase[from]), keptBy(group, phase[to])];
    if (_anneal_func_type === "linear") return (end - start) * part + start;
    return end + ((start - end) / 2) * (core().cos64(Math.PI * part) + 1);
  }
}

/** What a group keeps by one of PyTorch's names. */
function keptBy(group: ParamGroup, name: Phase["start_lr"]): number {
  const { initialLr, maxLr, minLr, maxMomentum, baseMomentum } = group;
  const value = { initial_lr: initialLr, max_lr: maxLr, min_lr: minLr, max_momentum: maxMomentum, base_momentum: baseMomentum }[name];
  if (value !== undefined) return value;
  const hint = "load the optimizer's state, or make the scheduler after addParamGroup";
  throw new OptionError(complaint(`${where}.step`, `${name} of every group`, "a number", "undefined", hint));
}

function checkOneCycle(options: Checked): Checked {
  checkNumber(where, "pctStart", options.pctStart, { min: 0, max: 1 });
  checkOneOf(where, "annealStrategy", options.annealStrategy, ["cos", "linear"]);
  checkBoolean(where, "cycleMomentum", options.cycleMomentum);
  checkNumber(where, "divFactor", options.divFactor, { above: 0 });
  checkNumber(where, "finalDivFactor", options.finalDivFactor, { above: 0 });
  checkBoolean(where, "threePhase", options.threePhase);
  checkInteger(where, "lastEpoch", options.lastEpoch, { min: -1 });
  return options;
}

function totalOf({ totalSteps, epochs, stepsPerEpoch }: Checked): number {
  if (totalSteps !== undefined) return checkInteger(where, "totalSteps", totalSteps, { min: 1 });
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new OptionError(complaint(where, "totalSteps, or epochs and stepsPerEpoch,", "given", "neither"));
  }
  return checkInteger(where, "epochs", epochs, { min: 1 }) * checkInteger(where, "stepsPerEpoch", stepsPerEpoch, { min: 1 });
}

/** Between what values a group goes. */
type Ends = Required<Omit<ParamGroup, "params" | "lr" | "maxMomentum" | "baseMomentum">> & Pick<ParamGroup, "maxMomentum" | "baseMomentum">;

function endsOf(optimizer: Optimizer, maxLr: PerGroup, options: Checked): Ends[] {
  const { divFactor, finalDivFactor, cycleMomentum, maxMomentum, baseMomentum } = options;
  const range = momentumRange(cycleMomentum && requireMomentum(where, optimizer));
  const largest = perGroup(where, "maxMomentum", maxMomentum, optimizer, range);
  const least = perGroup(where, "baseMomentum", baseMomentum, optimizer, range);
  return perGroup(where, "maxLr", maxLr, optimizer, { min: 0 }).map((lr, index) => ({
    ...{ initialLr: lr / divFactor, maxLr: lr, minLr: lr / divFactor / finalDivFactor },
    ...(cycleMomentum ? { maxMomentum: largest[index] as number, baseMomentum: least[index] as number } : {}),
  }));
}
