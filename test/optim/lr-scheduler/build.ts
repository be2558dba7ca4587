import { nn, optim, zeros } from "unrolled";

/** A scheduler as the golden file describes it: functions are `{ fn: name }`. */
export interface Spec {
  readonly scheduler: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly schedulers?: readonly Spec[];
  readonly milestones?: readonly number[];
}

export interface ScheduleCase {
  readonly spec: Spec;
  readonly optimizer: keyof typeof optimizers;
  readonly groupLrs: readonly number[];
  /** For each step what `step` is given, if anything. */
  readonly metrics?: readonly number[];
  readonly epochs?: readonly number[];
  /** Before the first step, and after each. */
  readonly lrs: number[][];
  readonly momentums: number[][];
  /** At the end. */
  readonly state: optim.lrScheduler.SchedulerStateDict;
  readonly groups: Record<string, unknown>[];
}

/** What all schedulers can do. */
export interface AnyScheduler {
  step(argument?: number): void;
  getLastLr(): number[];
  stateDict(): optim.lrScheduler.SchedulerStateDict;
  loadStateDict(stateDict: optim.lrScheduler.SchedulerStateDict): void;
}

type Groups = { params: nn.Parameter[]; lr: number }[];

const optimizers = {
  SGD: (groups: Groups): optim.Optimizer => new optim.SGD(groups, { momentum: 0.9 }),
  Adam: (groups: Groups): optim.Optimizer => new optim.Adam(groups, { betas: [0.9, 0.99] }),
  RMSprop: (groups: Groups): optim.Optimizer => new optim.RMSprop(groups),
};

const functions: Record<string, (x: number) => number> = {
  power: (epoch) => 0.9 ** epoch,
  saw: (epoch) => 0.5 + 0.05 * (epoch % 7),
  scale: (x) => 1 / (1 + x),
};

/** Functions in place of their names. */
function withFunctions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withFunctions);
  return typeof value === "object" && value !== null ? functions[(value as { fn: string }).fn] : value;
}

/** An optimizer of one parameter for each group. */
export function makeOptimizer(kind: ScheduleCase["optimizer"], lrs: readonly number[]): optim.Optimizer {
  return optimizers[kind](lrs.map((lr) => ({ params: [new nn.Parameter(zeros([3]))], lr })));
}

/** The scheduler of a spec. */
export function makeScheduler(spec: Spec, optimizer: optim.Optimizer): AnyScheduler {
  const { scheduler, args, options, schedulers = [], milestones = [] } = spec;
  const members = schedulers.map((each) => makeScheduler(each, optimizer)) as optim.lrScheduler.LRScheduler[];
  if (scheduler === "SequentialLR") return new optim.lrScheduler.SequentialLR(optimizer, members, milestones);
  if (scheduler === "ChainedScheduler") return new optim.lrScheduler.ChainedScheduler(members);
  const Type = optim.lrScheduler[scheduler as "StepLR"] as unknown as new (...all: unknown[]) => AnyScheduler;
  const given = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, withFunctions(value)]));
  return new Type(optimizer, ...args.map(withFunctions), given);
}

/** The first of the betas, or the momentum, of each group. */
export function momentumsOf({ paramGroups }: optim.Optimizer): number[] {
  return paramGroups.map((group) => {
    const { betas, momentum } = group as { betas?: readonly number[]; momentum?: number };
    return (betas?.[0] ?? momentum) as number;
  });
}

/** What describes a case in the name of a test. */
export function describeSpec({ scheduler, args, options, schedulers, milestones }: Spec): string {
  if (schedulers === undefined) return `${scheduler}(${[...(args ?? []), options].map((each) => JSON.stringify(each)).join(", ")})`;
  return `${scheduler}([${schedulers.map(describeSpec).join(", ")}]${milestones === undefined ? "" : `, ${JSON.stringify(milestones)}`})`;
}
