import { nn, OptionError, optim, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

const lr = optim.lrScheduler;
const parameter = () => new nn.Parameter(zeros([2]));
const sgd: optim.Optimizer = new optim.SGD([{ params: [parameter()] }, { params: [parameter()] }], { lr: 0.1, momentum: 0.5 });
const adam: optim.Optimizer = new optim.Adam([parameter()]);
const adagrad: optim.Optimizer = new optim.Adagrad([parameter()]);
const total = { totalSteps: 9 };
const step = () => new lr.StepLR(sgd, 3);
// So that no scheduler is warned of as too early.
step();
sgd.step();

describe("arguments", () => {
  test.each<[string, () => unknown, string]>([
    ["StepLR", () => new lr.StepLR({} as never, 3), "optimizer must be an optimizer, got {  }"],
    ["LambdaLR", () => new lr.LambdaLR(null as never, () => 1), "optimizer must be an optimizer, got null"],
    ["OneCycleLR", () => new lr.OneCycleLR(undefined as never, 1), "optimizer must be an optimizer, got undefined"],
    ["CyclicLR", () => new lr.CyclicLR(3 as never, 1, 1), "optimizer must be an optimizer, got 3"],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau([] as never), "optimizer must be an optimizer, got []"],
    ["StepLR", () => new lr.StepLR(sgd, 0), "stepSize must be an integer >= 1, got 0"],
    ["StepLR", () => new lr.StepLR(sgd, 1, { gamma: -1 }), "gamma must be a finite number >= 0, got -1"],
    ["StepLR", () => new lr.StepLR(sgd, 1, { lastEpoch: -2 }), "lastEpoch must be an integer >= -1, got -2"],
    [
      "StepLR",
      () => new lr.StepLR(sgd, 1, { Gamma: 1 } as object),
      'option must be one of gamma, lastEpoch, got "Gamma"; did you mean "gamma"?',
    ],
    ["MultiStepLR", () => new lr.MultiStepLR(sgd, 3 as never), "milestones must be an array of epochs, got 3"],
    ["MultiStepLR", () => new lr.MultiStepLR(sgd, [1, -3]), "every milestone must be an integer >= 0, got -3"],
    ["MultiStepLR", () => new lr.MultiStepLR(sgd, [1], { gamma: Number.NaN }), "gamma must be a finite number >= 0, got NaN"],
    ["ExponentialLR", () => new lr.ExponentialLR(sgd, "0.9" as never), 'gamma must be a finite number >= 0, got "0.9"'],
    ["ConstantLR", () => new lr.ConstantLR(sgd, { factor: 1.5 }), "factor must be a finite number in [0, 1], got 1.5"],
    ["ConstantLR", () => new lr.ConstantLR(sgd, { totalIters: 0 }), "totalIters must be an integer >= 1, got 0"],
    ["LinearLR", () => new lr.LinearLR(sgd, { startFactor: 0 }), "startFactor must be a finite number in (0, 1], got 0"],
    ["LinearLR", () => new lr.LinearLR(sgd, { endFactor: 1.1 }), "endFactor must be a finite number in [0, 1], got 1.1"],
    ["LinearLR", () => new lr.LinearLR(sgd, { totalIters: 0 }), "totalIters must be an integer >= 1, got 0"],
    ["PolynomialLR", () => new lr.PolynomialLR(sgd, { totalIters: 2.5 }), "totalIters must be an integer >= 1, got 2.5"],
    ["PolynomialLR", () => new lr.PolynomialLR(sgd, { power: -1 }), "power must be a finite number >= 0, got -1"],
    ["CosineAnnealingLR", () => new lr.CosineAnnealingLR(sgd, 0), "tMax must be an integer >= 1, got 0"],
    ["CosineAnnealingLR", () => new lr.CosineAnnealingLR(sgd, 1, { etaMin: -1 }), "etaMin must be a finite number >= 0, got -1"],
    ["CosineAnnealingWarmRestarts", () => new lr.CosineAnnealingWarmRestarts(sgd, 0), "t0 must be an integer >= 1, got 0"],
    [
      "CosineAnnealingWarmRestarts",
      () => new lr.CosineAnnealingWarmRestarts(sgd, 1, { tMult: 1.5 }),
      "tMult must be an integer >= 1, got 1.5",
    ],
    [
      "CosineAnnealingWarmRestarts",
      () => new lr.CosineAnnealingWarmRestarts(sgd, 1, { etaMin: "0" as never }),
      'etaMin must be a finite number >= 0, got "0"',
    ],
    [
      "CosineAnnealingWarmRestarts.step",
      () => new lr.CosineAnnealingWarmRestarts(sgd, 1).step(-1),
      "epoch must be a finite number >= 0, got -1",
    ],
    ["LambdaLR", () => new lr.LambdaLR(sgd, [() => 1]), "lrLambda must be a function, or one for each of the 2 groups, got [a function]"],
    [
      "MultiplicativeLR",
      () => new lr.MultiplicativeLR(sgd, 0.5 as never),
      "lrLambda must be a function, or one for each of the 2 groups, got 0.5",
    ],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1), "totalSteps, or epochs and stepsPerEpoch, must be given, got neither"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { epochs: 3 }), "totalSteps, or epochs and stepsPerEpoch, must be given, got neither"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { totalSteps: 0 }), "totalSteps must be an integer >= 1, got 0"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { epochs: 0, stepsPerEpoch: 2 }), "epochs must be an integer >= 1, got 0"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { epochs: 2, stepsPerEpoch: 0.5 }), "stepsPerEpoch must be an integer >= 1, got 0.5"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { ...total, pctStart: 2 }), "pctStart must be a finite number in [0, 1], got 2"],
    [
      "OneCycleLR",
      () => new lr.OneCycleLR(sgd, 1, { ...total, annealStrategy: "sin" as never }),
      'annealStrategy must be one of "cos", "linear", got "sin"',
    ],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, [1], total), "maxLr must be a number, or one for each of the 2 groups, got 1 numbers"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, [1, -1], total), "maxLr[1] must be a finite number >= 0, got -1"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { ...total, divFactor: 0 }), "divFactor must be a finite number > 0, got 0"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { ...total, finalDivFactor: 0 }), "finalDivFactor must be a finite number > 0, got 0"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { ...total, threePhase: 1 as never }), "threePhase must be true or false, got 1"],
    ["OneCycleLR", () => new lr.OneCycleLR(sgd, 1, { ...total, cycleMomentum: 1 as never }), "cycleMomentum must be true or false, got 1"],
    ["OneCycleLR", () => new lr.OneCycleLR(adam, 1, { ...total, maxMomentum: 1 }), "maxMomentum must be a finite number in [0, 1), got 1"],
    [
      "OneCycleLR",
      () => new lr.OneCycleLR(adagrad, 1, total),
      "the optimizer must be one with momentum or betas, got an object; set cycleMomentum: false",
    ],
    [
      "CyclicLR",
      () => new lr.CyclicLR(adagrad, 1, 2),
      "the optimizer must be one with momentum or betas, got an object; set cycleMomentum",
    ],
    ["CyclicLR", () => new lr.CyclicLR(sgd, [1], 2), "baseLr must be a number, or one for each of the 2 groups, got 1 numbers"],
    ["CyclicLR", () => new lr.CyclicLR(sgd, 1, [1, 2, 3]), "maxLr must be a number, or one for each of the 2 groups, got 3 numbers"],
    ["CyclicLR", () => new lr.CyclicLR(sgd, 1, 2, { stepSizeUp: 0 }), "stepSizeUp must be a finite number > 0, got 0"],
    ["CyclicLR", () => new lr.CyclicLR(sgd, 1, 2, { stepSizeDown: -1 }), "stepSizeDown must be a finite number > 0, got -1"],
    [
      "CyclicLR",
      () => new lr.CyclicLR(sgd, 1, 2, { mode: "sine" as never }),
      'mode must be one of "triangular", "triangular2", "exp_range", got "sine"',
    ],
    ["CyclicLR", () => new lr.CyclicLR(sgd, 1, 2, { scaleFn: 3 as never }), "scaleFn must be a function, got 3"],
    ["CyclicLR", () => new lr.CyclicLR(sgd, 1, 2, { scaleMode: "x" as never }), 'scaleMode must be one of "cycle", "iterations", got "x"'],
    [
      "CyclicLR",
      () => new lr.CyclicLR(sgd, 1, 2, { baseMomentum: [0.5] }),
      "baseMomentum must be a number, or one for each of the 2 groups",
    ],
    [
      "CyclicLR.step",
      () => new lr.CyclicLR(sgd, 1, 2, { scaleFn: () => Number.NaN }),
      "what scaleFn(1) returns must be a finite number, got NaN",
    ],
    [
      "CyclicLR.step",
      () => new lr.CyclicLR(sgd, 1, 0, { stepSizeUp: 1, scaleFn: () => 2 }).step(),
      "the learning rate of group 0 must be a",
    ],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { factor: 1 }), "factor must be a finite number in [0, 1), got 1"],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { mode: "avg" as never }), 'mode must be one of "min", "max", got "avg"'],
    [
      "ReduceLROnPlateau",
      () => new lr.ReduceLROnPlateau(sgd, { thresholdMode: "x" as never }),
      'thresholdMode must be one of "rel", "abs"',
    ],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { minLr: [0] }), "minLr must be a number, or one for each of the 2 groups"],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { patience: -1 }), "patience must be an integer >= 0, got -1"],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { cooldown: 0.5 }), "cooldown must be an integer >= 0, got 0.5"],
    ["ReduceLROnPlateau", () => new lr.ReduceLROnPlateau(sgd, { eps: -1 }), "eps must be a finite number >= 0, got -1"],
    [
      "ReduceLROnPlateau.step",
      () => new lr.ReduceLROnPlateau(sgd).step("1" as never),
      'metrics must be a number, or a tensor of one, got "1"',
    ],
    ["SequentialLR", () => new lr.SequentialLR(sgd, [], []), "schedulers must be an array of at least one, got []"],
    ["SequentialLR", () => new lr.SequentialLR(sgd, [step(), {} as never], [1]), "schedulers[1] must be a scheduler, got {  }"],
    [
      "SequentialLR",
      () => new lr.SequentialLR(sgd, [new lr.ReduceLROnPlateau(sgd) as never], []),
      "schedulers[0] must be one that needs no metric, got a ReduceLROnPlateau",
    ],
    ["SequentialLR", () => new lr.SequentialLR(adam, [step()], []), "schedulers[0] must be of the same optimizer, got one of another"],
    [
      "SequentialLR",
      () => new lr.SequentialLR(sgd, [step(), new lr.ChainedScheduler([step()]) as never], [1]),
      "schedulers[1] must be a scheduler by itself, got one made of others; put all schedulers into one list",
    ],
    [
      "SequentialLR",
      () => new lr.SequentialLR(sgd, [step(), step()], []),
      "milestones must be an array of 1, one fewer than schedulers, got 0",
    ],
    ["SequentialLR", () => new lr.SequentialLR(sgd, [step(), step()], 3 as never), "milestones must be an array of 1, one fewer than"],
    ["SequentialLR", () => new lr.SequentialLR(sgd, [step(), step(), step()], [4, 3]), "milestones[1] must be an integer >= 4, got 3"],
    ["SequentialLR", () => new lr.SequentialLR(sgd, [step(), step()], [-1]), "milestones[0] must be an integer >= 0, got -1"],
    ["ChainedScheduler", () => new lr.ChainedScheduler([]), "schedulers must be an array of at least one, got []"],
    ["ChainedScheduler", () => new lr.ChainedScheduler(null as never), "schedulers must be an array of at least one, got null"],
    [
      "ChainedScheduler",
      () => new lr.ChainedScheduler([step(), new lr.ExponentialLR(adam, 1)]),
      "schedulers[1] must be of the same optimizer, got one of another",
    ],
    ["ChainedScheduler", () => new lr.ChainedScheduler([step()], { optimizer: adam }), "schedulers[0] must be of the same optimizer"],
  ])("%s %#", (name, call, message) => {
    expect(call).toThrow(OptionError);
    expect(call).toThrow(`optim.lrScheduler.${name}: ${message}`);
  });

  test("that are wrong leave the optimizer as it was", () => {
    const optimizer = new optim.SGD([parameter()], { lr: 0.1, momentum: 0.5 });
    const before = optimizer.stateDict();
    expect(() => new lr.OneCycleLR(optimizer, 1, { ...total, maxMomentum: -1 })).toThrow(
      "maxMomentum must be a finite number >= 0, got -1",
    );
    expect(() => new lr.OneCycleLR(optimizer, 1, { ...total, lastEpoch: -2 })).toThrow("lastEpoch must be an integer >= -1, got -2");
    expect(() => new lr.CyclicLR(optimizer, 1, 2, { maxMomentum: -1 })).toThrow("maxMomentum must be a finite number >= 0, got -1");
    expect(() => new lr.CyclicLR(optimizer, 1, 2, { scaleFn: () => Number.NaN })).toThrow(
      "what scaleFn(1) returns must be a finite number",
    );
    expect(() => new lr.StepLR(optimizer, 0)).toThrow("stepSize must be an integer >= 1, got 0");
    expect(optimizer.stateDict()).toEqual(before);
  });
});
