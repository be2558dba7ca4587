import { nn, optim, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

const param = new nn.Parameter(tensor([1, 2]));
const list = [param];

describe("parameters", () => {
  test.each<[string, () => unknown, string]>([
    ["none", () => new optim.Adam([]), "optim.Adam: params must be an array of tensors, or of groups { params, … }, got an empty one"],
    [
      "a tensor",
      () => new optim.Adam(param as never),
      "optim.Adam: params must be an array of tensors, or of groups { params, … }, got a float32 tensor [2]; pass model.parameters()",
    ],
    [
      "a module",
      () => new optim.SGD(new nn.Linear(1, 1) as never),
      "optim.SGD: params must be an array of tensors, or of groups { params, … }, got an object; pass model.parameters()",
    ],
    ["numbers", () => new optim.SGD([1, 2] as never), "optim.SGD: params must be tensors, got 1; pass model.parameters()"],
    [
      "a tensor among groups",
      () => new optim.SGD([{ params: [param] }, param] as never),
      "optim.SGD: a group must be { params, … } with an array of tensors, got a float32 tensor [2]",
    ],
    [
      "a group of a number",
      () => new optim.SGD([{ params: 3 }] as never),
      "optim.SGD: a group must be { params, … } with an array of tensors, got { params }",
    ],
    ["a module in a list", () => new optim.SGD([param, new nn.ReLU()] as never), "optim.SGD: params must be tensors, got an object; pass"],
    [
      "a computed tensor",
      () => new optim.SGD([param.mul(2)]),
      "optim.SGD: params must be leaves, got the result of mul; optimize what it was computed from, or detach() it",
    ],
    ["integers", () => new optim.SGD([zeros([2], { dtype: "int32" })]), "optim.SGD: params must be float32 tensors, got a"],
    [
      "one twice",
      () => new optim.SGD([param, param]),
      "optim.SGD: params must be in one group each, and once, got a float32 tensor [2] again",
    ],
    [
      "one in two groups",
      () => new optim.SGD([{ params: [param] }, { params: [param] }]),
      "optim.SGD: params must be in one group each, and once, got a float32 tensor [2] again",
    ],
  ])("%s", (_, call, message) => expect(call).toThrow(message));

  test("a refused group leaves the optimizer as it was", () => {
    const optimizer = new optim.SGD(list);
    expect(() => optimizer.addParamGroup({ params: [tensor([1]), param] })).toThrow("in one group each");
    expect(() => optimizer.addParamGroup({ params: [tensor([1])], lr: -1 })).toThrow("optim.SGD: lr must be a finite number >= 0, got -1");
    expect(optimizer.paramGroups).toHaveLength(1);
  });
});

describe("options", () => {
  test.each<[string, () => unknown, string]>([
    ["SGD lr", () => new optim.SGD(list, { lr: Number.NaN }), "optim.SGD: lr must be a finite number >= 0, got NaN"],
    ["SGD momentum", () => new optim.SGD(list, { momentum: -1 }), "optim.SGD: momentum must be a finite number >= 0, got -1"],
    ["SGD dampening", () => new optim.SGD(list, { dampening: Number.NaN }), "optim.SGD: dampening must be a finite number, got NaN"],
    ["SGD weightDecay", () => new optim.SGD(list, { weightDecay: -1 }), "optim.SGD: weightDecay must be a finite number >= 0, got -1"],
    ["SGD maximize", () => new optim.SGD(list, { maximize: 1 as never }), "optim.SGD: maximize must be true or false, got 1"],
    [
      "SGD nesterov",
      () => new optim.SGD(list, { nesterov: true }),
      "optim.SGD: nesterov must be with a momentum and without dampening, got momentum 0 and dampening 0",
    ],
    [
      "SGD nesterov",
      () => new optim.SGD(list, { nesterov: true, momentum: 0.5, dampening: 0.1 }),
      "optim.SGD: nesterov must be with a momentum and without dampening, got momentum 0.5 and dampening 0.1",
    ],
    ["Adam lr", () => new optim.Adam(list, { lr: -1e-3 }), "optim.Adam: lr must be a finite number >= 0, got -0.001"],
    ["Adam betas", () => new optim.Adam(list, { betas: 0.9 as never }), "optim.Adam: betas must be an array of two numbers, got 0.9"],
    ["Adam betas", () => new optim.Adam(list, { betas: [1, 0.9] }), "optim.Adam: betas[0] must be a finite number in [0, 1), got 1"],
    ["Adam betas", () => new optim.Adam(list, { betas: [0.9, -0.1] }), "optim.Adam: betas[1] must be a finite number in [0, 1), got -0.1"],
    ["Adam eps", () => new optim.Adam(list, { eps: -1 }), "optim.Adam: eps must be a finite number >= 0, got -1"],
    ["Adam weightDecay", () => new optim.Adam(list, { weightDecay: -1 }), "optim.Adam: weightDecay must be a finite number >= 0, got -1"],
    ["Adam amsgrad", () => new optim.Adam(list, { amsgrad: 1 as never }), "optim.Adam: amsgrad must be true or false, got 1"],
    ["AdamW lr", () => new optim.AdamW(list, { lr: "1" as never }), 'optim.AdamW: lr must be a finite number >= 0, got "1"'],
    [
      "AdamW without what it is",
      () => new optim.AdamW(list, { decoupledWeightDecay: false } as object),
      "optim.AdamW: decoupledWeightDecay must be left out: it is what makes AdamW, got false; use optim.Adam",
    ],
    ["RMSprop alpha", () => new optim.RMSprop(list, { alpha: -1 }), "optim.RMSprop: alpha must be a finite number >= 0, got -1"],
    ["RMSprop eps", () => new optim.RMSprop(list, { eps: -1 }), "optim.RMSprop: eps must be a finite number >= 0, got -1"],
    ["RMSprop momentum", () => new optim.RMSprop(list, { momentum: -1 }), "optim.RMSprop: momentum must be a finite number >= 0, got -1"],
    [
      "RMSprop weightDecay",
      () => new optim.RMSprop(list, { weightDecay: -1 }),
      "optim.RMSprop: weightDecay must be a finite number >= 0, got -1",
    ],
    ["RMSprop centered", () => new optim.RMSprop(list, { centered: 0 as never }), "optim.RMSprop: centered must be true or false, got 0"],
    ["Adagrad lrDecay", () => new optim.Adagrad(list, { lrDecay: -1 }), "optim.Adagrad: lrDecay must be a finite number >= 0, got -1"],
    ["Adagrad eps", () => new optim.Adagrad(list, { eps: -1 }), "optim.Adagrad: eps must be a finite number >= 0, got -1"],
    [
      "Adagrad initialAccumulatorValue",
      () => new optim.Adagrad(list, { initialAccumulatorValue: -1 }),
      "optim.Adagrad: initialAccumulatorValue must be a finite number >= 0, got -1",
    ],
    ["Adadelta rho", () => new optim.Adadelta(list, { rho: 1.5 }), "optim.Adadelta: rho must be a finite number in [0, 1], got 1.5"],
    ["Adamax betas", () => new optim.Adamax(list, { betas: [0.9, 1] }), "optim.Adamax: betas[1] must be a finite number in [0, 1), got 1"],
    [
      "NAdam momentumDecay",
      () => new optim.NAdam(list, { momentumDecay: -1 }),
      "optim.NAdam: momentumDecay must be a finite number >= 0, got -1",
    ],
    ["RAdam eps", () => new optim.RAdam(list, { eps: Number.NaN }), "optim.RAdam: eps must be a finite number >= 0, got NaN"],
    ["Rprop etas", () => new optim.Rprop(list, { etas: [1.5, 2] }), "optim.Rprop: etas[0] must be a finite number in (0, 1), got 1.5"],
    ["Rprop etas", () => new optim.Rprop(list, { etas: [0.5, 1] }), "optim.Rprop: etas[1] must be a finite number > 1, got 1"],
    [
      "Rprop stepSizes",
      () => new optim.Rprop(list, { stepSizes: [1, 0.5] }),
      "optim.Rprop: stepSizes[1] must be a finite number >= 1, got 0.5",
    ],
    [
      "an unknown one",
      () => new optim.SGD(list, { weight_decay: 1 } as object),
      'optim.SGD: option must be one of lr, momentum, dampening, weightDecay, nesterov, maximize, got "weight_decay"; did you mean "weightDecay"?',
    ],
    [
      "an unknown one of a group",
      () => new optim.SGD([{ params: list, learningRate: 1 } as never]),
      'optim.SGD: option must be one of lr, momentum, dampening, weightDecay, nesterov, maximize, got "learningRate"',
    ],
  ])("%s", (_, call, message) => expect(call).toThrow(message));
});
