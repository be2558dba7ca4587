import { nn, optim, tensor, zeros } from "unrolled";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const { lrScheduler } = optim;
const parameter = () => new nn.Parameter(zeros([2]));
const sgd = (lr = 0.1) => new optim.SGD([parameter()], { lr });

describe("the order of steps", () => {
  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());
  const warnings = () => vi.mocked(console.warn).mock.calls;

  test("is warned of once if the scheduler is first", () => {
    const optimizer = sgd();
    const [one, two] = [new lrScheduler.StepLR(optimizer, 2), new lrScheduler.ExponentialLR(optimizer, 0.9)];
    for (let step = 0; step < 3; step++) for (const scheduler of [one, two]) scheduler.step();
    expect(warnings()).toEqual([
      [
        "unrolled: optimizer.step() must come before scheduler.step(), got the scheduler's first; " +
          "the first learning rate of the schedule is skipped",
      ],
    ]);
    new lrScheduler.ExponentialLR(sgd(), 0.9).step();
    expect(warnings()).toHaveLength(2);
  });

  test("counts steps of the optimizer since its first scheduler, as PyTorch does", () => {
    const optimizer = sgd();
    optimizer.step();
    new lrScheduler.StepLR(optimizer, 2).step();
    expect(warnings()).toHaveLength(1);
  });

  test("is fine otherwise, and for plateaus and the first step of a sequence", () => {
    const optimizer = sgd();
    const first = new lrScheduler.StepLR(optimizer, 2);
    const sequence = new lrScheduler.SequentialLR(optimizer, [first, new lrScheduler.ExponentialLR(optimizer, 0.9)], [1]);
    optimizer.step();
    sequence.step();
    new lrScheduler.ConstantLR(optimizer).step();
    new lrScheduler.ReduceLROnPlateau(sgd()).step(1);
    expect(warnings()).toEqual([]);
  });

  test("does not matter to a scheduler that goes on", () => {
    const from = new lrScheduler.StepLR(sgd(), 2);
    from.optimizer.step();
    from.step();
    const to = new lrScheduler.StepLR(sgd(), 2);
    to.loadStateDict(from.stateDict());
    to.step();
    expect(warnings()).toEqual([]);
  });
});

describe("initial learning rates", () => {
  test("stay those of the first scheduler, until set", () => {
    const optimizer = sgd(0.4);
    new lrScheduler.ConstantLR(optimizer, { factor: 0.5 });
    const second = new lrScheduler.LambdaLR(optimizer, () => 1);
    expect([second.baseLrs, second.getLastLr(), optimizer.paramGroups[0]?.initialLr]).toEqual([[0.4], [0.4], 0.4]);
  });

  test("a scheduler may start in the middle, of an optimizer that was loaded", () => {
    const from = sgd(0.4);
    const scheduler = new lrScheduler.CosineAnnealingWarmRestarts(from, 10);
    for (let epoch = 0; epoch < 4; epoch++) {
      from.step();
      scheduler.step();
    }
    const to = sgd(1);
    expect(() => new lrScheduler.StepLR(to, 2, { lastEpoch: 3 })).toThrow(
      "optim.lrScheduler.StepLR: initialLr of group 0 must be there to go on from an epoch, got undefined; load the optimizer's state first",
    );
    to.loadStateDict(from.stateDict());
    const resumed = new lrScheduler.CosineAnnealingWarmRestarts(to, 10, { lastEpoch: 3 });
    expect([resumed.lastEpoch, resumed.getLastLr()]).toEqual([4, scheduler.getLastLr()]);
  });

  test("OneCycleLR finds where it goes in the groups", () => {
    const from = sgd();
    const scheduler = new lrScheduler.OneCycleLR(from, 1, { totalSteps: 10 });
    for (let step = 0; step < 5; step++) {
      from.step();
      scheduler.step();
    }
    const to = sgd();
    to.loadStateDict(from.stateDict());
    const resumed = new lrScheduler.OneCycleLR(to, 7, { totalSteps: 10, lastEpoch: 4 });
    expect(resumed.getLastLr()).toEqual(scheduler.getLastLr());
  });
});

describe("groups that are added", () => {
  const grow = (optimizer: optim.SGD) => optimizer.addParamGroup({ params: [parameter()], lr: 1 });

  test("take part where rates follow from those before", () => {
    const optimizer = sgd(0.5);
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.5);
    grow(optimizer);
    optimizer.step();
    scheduler.step();
    expect(scheduler.getLastLr()).toEqual([0.25, 0.5]);
  });

  test.each<[string, (optimizer: optim.SGD) => { step(metrics: number): void }, string]>([
    [
      "LambdaLR",
      (optimizer) => new lrScheduler.LambdaLR(optimizer, () => 1),
      "optim.lrScheduler.LambdaLR.step: the number of groups must be 1, as at first, got 2; make the scheduler after addParamGroup",
    ],
    [
      "CosineAnnealingLR",
      (optimizer) => new lrScheduler.CosineAnnealingLR(optimizer, 1),
      "optim.lrScheduler.CosineAnnealingLR.step: the number of groups must be 1, as at first, got 2",
    ],
    [
      "OneCycleLR",
      (optimizer) => new lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 5 }),
      "optim.lrScheduler.OneCycleLR.step: max_lr of every group must be a number, got undefined; load the optimizer's state, or make",
    ],
    [
      "ReduceLROnPlateau",
      (optimizer) => new lrScheduler.ReduceLROnPlateau(optimizer, { minLr: [0.1], patience: 0 }),
      "optim.lrScheduler.ReduceLROnPlateau.step: minLr must be one number, as groups were added, got 1 for the groups of then; make",
    ],
  ])("are refused by %s, and nothing changes", (_, make, message) => {
    const optimizer = sgd(0.5);
    const scheduler = make(optimizer) as { step(metrics: number): void } & optim.lrScheduler.Scheduler;
    optimizer.step();
    scheduler.step(1);
    grow(optimizer);
    const [state, groups] = [scheduler.stateDict(), optimizer.stateDict().param_groups];
    expect(() => scheduler.step(2)).toThrow(message);
    expect([scheduler.stateDict(), optimizer.stateDict().param_groups]).toEqual([state, groups]);
  });

  test("a plateau with one least rate takes them in", () => {
    const optimizer = sgd(0.5);
    const scheduler = new lrScheduler.ReduceLROnPlateau(optimizer, { minLr: 0.2, patience: 0 });
    grow(optimizer);
    for (const metric of [1, 1]) scheduler.step(metric);
    expect([scheduler.getLastLr(), scheduler.stateDict()["min_lrs"]]).toEqual([
      [0.2, 0.2],
      [0.2, 0.2],
    ]);
  });
});

describe("a step that fails changes nothing", () => {
  test("of a function", () => {
    const optimizer = sgd(0.5);
    let factor = 1;
    const scheduler = new lrScheduler.LambdaLR(optimizer, () => factor);
    optimizer.step();
    factor = Number.NaN;
    expect(() => scheduler.step()).toThrow(
      "optim.lrScheduler.LambdaLR.step: what lrLambda(1) returns must be a finite number >= 0, got NaN",
    );
    expect([scheduler.lastEpoch, optimizer.paramGroups[0]?.lr]).toEqual([0, 0.5]);
    factor = 0.5;
    scheduler.step();
    expect([scheduler.lastEpoch, optimizer.paramGroups[0]?.lr]).toEqual([1, 0.25]);
  });

  test("of one in a chain, which takes back the others", () => {
    const optimizer = sgd(0.5);
    let factor = 1;
    const members = [new lrScheduler.ExponentialLR(optimizer, 0.5), new lrScheduler.MultiplicativeLR(optimizer, () => factor)];
    const chain = new lrScheduler.ChainedScheduler(members);
    optimizer.step();
    factor = -1;
    const before = chain.stateDict();
    expect(() => chain.step()).toThrow("optim.lrScheduler.MultiplicativeLR.step: what lrLambda(1) returns must be a finite number >= 0");
    expect([chain.stateDict(), optimizer.paramGroups[0]?.lr]).toEqual([before, 0.5]);
  });

  test("of one that a sequence is at", () => {
    const optimizer = sgd(0.5);
    let factor = 1;
    const members = [new lrScheduler.ConstantLR(optimizer), new lrScheduler.LambdaLR(optimizer, () => factor)];
    const sequence = new lrScheduler.SequentialLR(optimizer, members, [1]);
    optimizer.step();
    factor = Number.POSITIVE_INFINITY;
    const before = sequence.stateDict();
    expect(() => sequence.step()).toThrow("optim.lrScheduler.LambdaLR.step: what lrLambda(0) returns must be a finite number >= 0");
    expect(sequence.stateDict()).toEqual(before);
  });

  test("of a cycle that is over", () => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.OneCycleLR(optimizer, 1, { totalSteps: 1 });
    optimizer.step();
    scheduler.step();
    expect(() => scheduler.step()).toThrow("optim.lrScheduler.OneCycleLR.step: the number of steps must be at most 1, the total, got 2");
    expect(scheduler.lastEpoch).toBe(1);
  });

  test("of the first of a scheduler, which keeps no initial rate", () => {
    const optimizer = sgd();
    expect(() => new lrScheduler.LambdaLR(optimizer, () => Number.NaN)).toThrow("what lrLambda(0) returns must be a finite number >= 0");
    expect(optimizer.paramGroups[0]).not.toHaveProperty("initialLr");
  });
});

test("the next step of the optimizer has the rate that was set", () => {
  const param = new nn.Parameter(tensor([0]));
  const optimizer = new optim.SGD([param], { lr: 1 });
  const scheduler = new lrScheduler.StepLR(optimizer, 1, { gamma: 0.5 });
  const seen: number[] = [];
  for (let step = 0; step < 3; step++) {
    param.grad = tensor([-1]);
    optimizer.step();
    scheduler.step();
    seen.push(param.item());
  }
  expect(seen).toEqual([1, 1.5, 1.75]);
});

test("a plateau tells what it counts, and takes a tensor and NaN", () => {
  const scheduler = new lrScheduler.ReduceLROnPlateau(sgd(), { patience: 1, cooldown: 1 });
  scheduler.step(tensor(0.5));
  scheduler.step(Number.NaN);
  expect([scheduler.best, scheduler.numBadEpochs, scheduler.inCooldown, scheduler.lastEpoch]).toEqual([0.5, 1, false, 2]);
  scheduler.step(0.5);
  expect([scheduler.numBadEpochs, scheduler.inCooldown, scheduler.getLastLr()]).toEqual([0, true, [0.1 * 0.1]]);
});

test("a rise or fall of no step has ended, where PyTorch divides by zero", () => {
  const scheduler = new lrScheduler.OneCycleLR(sgd(), 1, { totalSteps: 10, pctStart: 0.1 });
  expect(scheduler.getLastLr()).toEqual([1]);
  const all = new lrScheduler.OneCycleLR(sgd(), 1, { totalSteps: 2, pctStart: 1 });
  for (let step = 0; step < 2; step++) {
    all.optimizer.step();
    all.step();
  }
  expect(all.getLastLr()[0]).toBeCloseTo(1 / 25 / 1e4, 12);
});

test("a factor of 0 ends at the initial rate, where PyTorch divides by zero", () => {
  const scheduler = new lrScheduler.ConstantLR(sgd(), { factor: 0, totalIters: 1 });
  expect(scheduler.getLastLr()).toEqual([0]);
  scheduler.optimizer.step();
  scheduler.step();
  expect(scheduler.getLastLr()).toEqual([0.1]);
});
