import { nn, OptionError, optim, StateDictError, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { golden } from "../../support/golden.js";
import { describeSpec, makeOptimizer, makeScheduler, momentumsOf, type ScheduleCase, type Spec } from "./build.js";

const { lrScheduler } = optim;
const cases = golden<ScheduleCase>("schedules").map((each) => ({ name: `${describeSpec(each.spec)} of ${each.optimizer}`, ...each }));
const sgd = (count = 1, lr = 0.1): optim.Optimizer => makeOptimizer("SGD", new Array<number>(count).fill(lr));

/** The same scheduler with other options, where that makes a difference that a state can take back. */
function otherwise(spec: Spec): Spec {
  const others: Record<string, Partial<Spec>> = {
    StepLR: { args: [2] },
    MultiStepLR: { args: [[1]] },
    ExponentialLR: { args: [0.5] },
    CosineAnnealingLR: { args: [3] },
    CosineAnnealingWarmRestarts: { args: [9] },
    OneCycleLR: { args: [0.7], options: { totalSteps: 12 } },
    LinearLR: { options: {} },
    ReduceLROnPlateau: { options: {} },
  };
  return { ...spec, ...others[spec.scheduler], ...(spec.schedulers && { schedulers: spec.schedulers.map(otherwise) }) };
}

describe.each([1, 4, 10])("after %i steps", (saved) => {
  test.each(cases)("a saved state goes on bit for bit: $name", ({ optimizer: kind, groupLrs, spec, lrs, metrics, epochs }) => {
    const first = makeOptimizer(kind, groupLrs);
    const whole = makeScheduler(spec, first);
    const take = (optimizer: optim.Optimizer, scheduler: typeof whole, step: number) => {
      optimizer.step();
      scheduler.step(metrics?.[step] ?? epochs?.[step]);
    };
    for (let step = 0; step < saved; step++) take(first, whole, step);
    const [text, groups] = [JSON.stringify(whole.stateDict()), JSON.stringify(first.stateDict())];
    const second = makeOptimizer(
      kind,
      groupLrs.map((lr) => lr / 7),
    );
    const resumed = makeScheduler(otherwise(spec), second);
    resumed.loadStateDict(JSON.parse(text));
    second.loadStateDict(JSON.parse(groups));
    expect(JSON.stringify(resumed.stateDict())).toBe(text);
    for (let step = saved; step < lrs.length - 1; step++) {
      take(first, whole, step);
      take(second, resumed, step);
      expect(resumed.getLastLr()).toEqual(whole.getLastLr());
      expect(second.paramGroups.map(({ lr }) => lr)).toEqual(first.paramGroups.map(({ lr }) => lr));
      expect(momentumsOf(second)).toEqual(momentumsOf(first));
    }
  });
});

describe("a state dict", () => {
  test("is a copy", () => {
    const scheduler = new lrScheduler.MultiStepLR(sgd(), [2]);
    const saved = scheduler.stateDict();
    expect(saved).toEqual({
      ...{ milestones: { 2: 1 }, gamma: 0.1, base_lrs: [0.1], last_epoch: 0 },
      ...{ _step_count: 1, _is_initial: false, _get_lr_called_within_step: false, _last_lr: [0.1] },
    });
    (saved["base_lrs"] as number[])[0] = 7;
    (saved["milestones"] as Record<string, number>)[2] = 7;
    expect(scheduler.stateDict()).toMatchObject({ base_lrs: [0.1], milestones: { 2: 1 } });
    scheduler.loadStateDict({ ...saved, verbose: false });
    (saved["milestones"] as Record<string, number>)[2] = 8;
    (saved["base_lrs"] as number[])[0] = 8;
    expect(scheduler.stateDict()).toMatchObject({ base_lrs: [7], milestones: { 2: 7 } });
    expect(scheduler.stateDict()).not.toHaveProperty("verbose");
    scheduler.getLastLr()[0] = 3;
    expect(scheduler.getLastLr()).toEqual([0.1]);
  });

  test("leaves the learning rates to the optimizer, as in PyTorch", () => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.5);
    scheduler.loadStateDict({ ...scheduler.stateDict(), _last_lr: [0.025], last_epoch: 2 });
    expect([optimizer.paramGroups[0]?.lr, scheduler.getLastLr(), scheduler.lastEpoch]).toEqual([0.1, [0.025], 2]);
  });

  test("may be of fewer groups than there are: some were added", () => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.StepLR(optimizer, 1);
    const saved = scheduler.stateDict();
    optimizer.addParamGroup({ params: [new nn.Parameter(zeros([1]))], lr: 3 });
    scheduler.loadStateDict(saved);
    optimizer.step();
    scheduler.step();
    expect(scheduler.getLastLr()).toEqual([0.1 * 0.1, 3 * 0.1]);
  });

  test("of a plateau has infinity as a text, and takes it as a number", () => {
    const scheduler = new lrScheduler.ReduceLROnPlateau(sgd(), { mode: "max" });
    const saved = scheduler.stateDict();
    expect([saved["best"], saved["mode_worse"], scheduler.best]).toEqual(["-Infinity", "-Infinity", Number.NEGATIVE_INFINITY]);
    scheduler.loadStateDict({ ...saved, best: Number.POSITIVE_INFINITY });
    expect([scheduler.stateDict()["best"], scheduler.best]).toEqual(["Infinity", Number.POSITIVE_INFINITY]);
  });
});

const make: Record<string, (optimizer: optim.Optimizer) => optim.lrScheduler.Scheduler> = {
  StepLR: (optimizer) => new lrScheduler.StepLR(optimizer, 3),
  MultiStepLR: (optimizer) => new lrScheduler.MultiStepLR(optimizer, [3]),
  OneCycleLR: (optimizer) => new lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 9 }),
  CyclicLR: (optimizer) => new lrScheduler.CyclicLR(optimizer, 0, 1),
  ReduceLROnPlateau: (optimizer) => new lrScheduler.ReduceLROnPlateau(optimizer),
  LambdaLR: (optimizer) => new lrScheduler.LambdaLR(optimizer, () => 1),
  SequentialLR: (optimizer) =>
    new lrScheduler.SequentialLR(optimizer, [new lrScheduler.ConstantLR(optimizer), new lrScheduler.StepLR(optimizer, 3)], [4]),
  OneSequentialLR: (optimizer) => new lrScheduler.SequentialLR(optimizer, [new lrScheduler.ConstantLR(optimizer)], []),
};

describe("a state dict that does not fit", () => {
  test.each<[string, (saved: optim.lrScheduler.SchedulerStateDict) => unknown, string]>([
    ["StepLR", () => null, "stateDict must be an object, got null"],
    ["StepLR", () => [1], "stateDict must be an object, got [1]"],
    ["StepLR", ({ gamma: _, ...rest }) => rest, "gamma must be a finite number >= 0, got undefined"],
    ["StepLR", (saved) => ({ ...saved, gamma: "1" }), 'gamma must be a finite number >= 0, got "1"'],
    ["StepLR", (saved) => ({ ...saved, gamma: null }), "gamma must be a finite number >= 0, got null"],
    ["StepLR", (saved) => ({ ...saved, step_size: 0 }), "step_size must be an integer >= 1, got 0"],
    ["StepLR", (saved) => ({ ...saved, last_epoch: 0.5 }), "last_epoch must be an integer >= -1, got 0.5"],
    ["StepLR", (saved) => ({ ...saved, base_lrs: [1, 2] }), "base_lrs must be a list of 1, each a finite number, got [1, 2]"],
    ["StepLR", (saved) => ({ ...saved, _last_lr: [Number.NaN] }), "_last_lr must be a list of 1, each a finite number, got [NaN]"],
    ["StepLR", (saved) => ({ ...saved, _is_initial: true }), "_is_initial must be false, got true"],
    [
      "StepLR",
      (saved) => ({ ...saved, T_max: 3 }),
      "a name must be one of step_size, gamma, base_lrs, last_epoch, _step_count, _is_initial",
    ],
    [
      "MultiStepLR",
      (saved) => ({ ...saved, milestones: [3] }),
      "milestones must be an object of epochs and how often each is named, got [3]",
    ],
    ["MultiStepLR", (saved) => ({ ...saved, milestones: { a: 1 } }), "milestones must be an object of epochs and how often each is named"],
    ["MultiStepLR", (saved) => ({ ...saved, milestones: { 1: 0 } }), "milestones must be an object of epochs and how often each is named"],
    ["OneCycleLR", (saved) => ({ ...saved, use_beta1: true }), "use_beta1 must be false, got true"],
    [
      "OneCycleLR",
      (saved) => ({ ...saved, _schedule_phases: [{ end_step: 1 }] }),
      "_schedule_phases must be a list of at least 1, each { end_step, start_lr",
    ],
    ["OneCycleLR", (saved) => ({ ...saved, _schedule_phases: [] }), "_schedule_phases must be a list of at least 1, each"],
    ["OneCycleLR", (saved) => ({ ...saved, _anneal_func_type: "step" }), '_anneal_func_type must be one of "cos", "linear", got "step"'],
    ["OneCycleLR", ({ use_beta1: _, ...rest }) => rest, "use_beta1 must be false, got undefined"],
    ["CyclicLR", ({ max_momentums: _, ...rest }) => rest, "max_momentums must be a list of 1, each a finite number >= 0, got undefined"],
    ["CyclicLR", (saved) => ({ ...saved, _scale_fn_custom: {} }), "_scale_fn_custom must be null, got {  }"],
    ["ReduceLROnPlateau", (saved) => ({ ...saved, best: Number.NaN }), "best must be a number, and no NaN, got NaN"],
    ["ReduceLROnPlateau", (saved) => ({ ...saved, best: "a" }), 'best must be a number, and no NaN, got "a"'],
    ["LambdaLR", (saved) => ({ ...saved, lr_lambdas: [{}] }), "lr_lambdas must be a list"],
    ["SequentialLR", ({ _schedulers: _, ...rest }) => rest, "_schedulers must be a list of 2, got undefined"],
    ["SequentialLR", (saved) => ({ ...saved, _schedulers: [{}] }), "_schedulers must be a list of 2, got [{  }]"],
    ["SequentialLR", (saved) => ({ ...saved, _schedulers: [null, 1] }), "_schedulers[0] must be an object, got null"],
    [
      "SequentialLR",
      (saved) => ({ ...saved, _schedulers: [(saved["_schedulers"] as object[])[0], { gamma: 1 }] }),
      "_schedulers[1].step_size must be an integer >= 1, got undefined",
    ],
    [
      "SequentialLR",
      (saved) => ({ ...saved, _schedulers: [(saved["_schedulers"] as object[])[0], { power: 1 }] }),
      'a name must be one of step_size, gamma, base_lrs, last_epoch, _step_count, _is_initial, _get_lr_called_within_step, _last_lr, got "_schedulers[1].power"',
    ],
    ["SequentialLR", (saved) => ({ ...saved, _milestones: [] }), "_milestones must be a list of 1, each an integer >= 0, got []"],
    ["OneSequentialLR", (saved) => ({ ...saved, _milestones: [1] }), "_milestones must be a list of 0"],
    ["SequentialLR", () => 3, "stateDict must be an object, got 3"],
  ])("%s %#", (name, change, message) => {
    const scheduler = make[name]!(sgd());
    const before = scheduler.stateDict();
    const load = () => scheduler.loadStateDict(change(scheduler.stateDict()) as never);
    expect(load).toThrow(`optim.lrScheduler.${name.replace("OneSequential", "Sequential")}.loadStateDict: ${message}`);
    expect(load).toThrow(/must be an object/.test(message) && !message.includes("epochs") ? OptionError : StateDictError);
    expect(scheduler.stateDict()).toEqual(before);
  });
});
