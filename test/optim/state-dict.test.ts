import { nn, optim, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

const parameter = (...values: number[]) => new nn.Parameter(tensor(values));

/** A parameter that has a gradient. */
function withGrad(values: number[], gradient: number[]): nn.Parameter {
  const result = parameter(...values);
  result.grad = tensor(gradient);
  return result;
}

describe("state dict", () => {
  const run = (optimizer: optim.Optimizer, params: readonly Tensor[], steps: number) => {
    for (let step = 0; step < steps; step++) {
      for (const param of params) param.grad = param.detach().mul(0.5).add(1);
      optimizer.step();
    }
  };

  test("is PyTorch's: parameters are numbers, over all groups", () => {
    const [a, b, c] = [parameter(1, 2), parameter(3), withGrad([4], [1])];
    const optimizer = new optim.Adam([{ params: [a, b] }, { params: [c], lr: 0.5, amsgrad: true }]);
    optimizer.step();
    const { state, param_groups } = optimizer.stateDict();
    expect(Object.keys(state)).toEqual(["2"]);
    expect(Object.keys(state["2"]!)).toEqual(["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"]);
    expect(state["2"]!["step"]!.shape).toEqual([]);
    expect(state["2"]!["step"]!.item()).toBe(1);
    expect(state["2"]!["exp_avg"]!.toArray()).toEqual([Math.fround(0.1)]);
    const options = { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0, maximize: false, decoupled_weight_decay: false };
    expect(param_groups).toEqual([
      { lr: 1e-3, ...options, amsgrad: false, params: [0, 1] },
      { lr: 0.5, ...options, amsgrad: true, params: [2] },
    ]);
  });

  test.each<[string, (params: Tensor[]) => optim.Optimizer, string[]]>([
    ["SGD", (p) => new optim.SGD(p), []],
    ["SGD with momentum", (p) => new optim.SGD(p, { momentum: 0.9 }), ["momentum_buffer"]],
    ["AdamW", (p) => new optim.AdamW(p), ["step", "exp_avg", "exp_avg_sq"]],
    ["RMSprop", (p) => new optim.RMSprop(p), ["step", "square_avg"]],
    [
      "RMSprop, centered, with momentum",
      (p) => new optim.RMSprop(p, { centered: true, momentum: 0.5 }),
      ["step", "square_avg", "momentum_buffer", "grad_avg"],
    ],
    ["Adagrad", (p) => new optim.Adagrad(p), ["step", "sum"]],
    ["Adadelta", (p) => new optim.Adadelta(p), ["step", "square_avg", "acc_delta"]],
    ["Adamax", (p) => new optim.Adamax(p), ["step", "exp_avg", "exp_inf"]],
    ["NAdam", (p) => new optim.NAdam(p), ["step", "mu_product", "exp_avg", "exp_avg_sq"]],
    ["RAdam", (p) => new optim.RAdam(p), ["step", "exp_avg", "exp_avg_sq"]],
    ["Rprop", (p) => new optim.Rprop(p), ["step", "prev", "step_size"]],
  ])("%s keeps its state by PyTorch's names", (_, make, names) => {
    const param = parameter(1, -2);
    const optimizer = make([param]);
    run(optimizer, [param], 3);
    const state = optimizer.stateDict().state["0"] ?? {};
    expect(Object.keys(state)).toEqual(names);
    if (names.includes("step")) expect(state["step"]!.item()).toBe(3);
  });

  test("holds the state as it is later, and a loaded one is a copy", () => {
    const [a, b] = [parameter(1, -2), parameter(1, -2)];
    const [from, to] = [new optim.Adam([a]), new optim.Adam([b])];
    run(from, [a], 2);
    const saved = from.stateDict();
    to.loadStateDict(saved);
    const before = saved.state["0"]!["exp_avg"]!.data;
    run(to, [b], 1);
    expect(saved.state["0"]!["exp_avg"]!.data).toEqual(before);
    run(from, [a], 1);
    expect(saved.state["0"]!["exp_avg"]!.data).not.toEqual(before);
  });

  test("plain data, numbers and null are taken", () => {
    const param = withGrad([1, 2], [1, 1]);
    const optimizer = new optim.SGD([param], { lr: 1, momentum: 0.5, dampening: 0.5 });
    optimizer.loadStateDict({
      state: { 7: { momentum_buffer: { shape: [2], data: [4, 8] } } },
      param_groups: [{ params: [7], lr: 0.5, nesterov: undefined }],
    });
    optimizer.step();
    expect(param.toArray()).toEqual([1 - 0.5 * 2.5, 2 - 0.5 * 4.5]);
    expect(optimizer.stateDict().param_groups[0]).toMatchObject({ lr: 0.5, nesterov: false, momentum: 0.5 });
    optimizer.loadStateDict({ state: { 0: { momentum_buffer: null } }, param_groups: [{ params: [0] }] });
    expect(optimizer.stateDict().state).toEqual({});
    optimizer.loadStateDict({ state: { 0: { momentum_buffer: zeros([2]) } }, param_groups: [{ params: [0] }] });
    optimizer.loadStateDict({ state: {}, param_groups: [{ params: [0] }] });
    expect(optimizer.stateDict().state).toEqual({});
    const adagrad = new optim.Adagrad([param]);
    adagrad.loadStateDict({ state: { 0: { step: 5, sum: tensor([1, 2]) } }, param_groups: [{ params: [0] }] });
    expect(adagrad.stateDict().state["0"]!["step"]!.item()).toBe(5);
  });

  /** What every group of PyTorch 2.15 has besides its options, and may have. */
  const elsewhere = { foreach: null, capturable: false, differentiable: false, fused: null, param_names: ["w"], swa_lr: 1 };
  /** What schedulers keep. */
  const scheduled = { initial_lr: 1, max_lr: 2, min_lr: 0.5, max_momentum: 0.9, base_momentum: 0.8 };

  test.each<[string, (params: Tensor[]) => optim.Optimizer, object, object]>([
    [
      "SGD",
      (p) => new optim.SGD(p),
      { lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 0.3, nesterov: true, maximize: false },
      { lr: 0.1, momentum: 0.9, dampening: 0, weightDecay: 0.3, nesterov: true, maximize: false },
    ],
    [
      "Adam",
      (p) => new optim.Adam(p),
      { lr: 0.1, betas: [0.8, 0.9], eps: 1e-7, weight_decay: 0.3, amsgrad: true, maximize: true, decoupled_weight_decay: true },
      { lr: 0.1, betas: [0.8, 0.9], eps: 1e-7, weightDecay: 0.3, amsgrad: true, maximize: true, decoupledWeightDecay: true },
    ],
    [
      "Adagrad",
      (p) => new optim.Adagrad(p),
      { lr: 0.1, lr_decay: 0.2, eps: 1e-9, weight_decay: 0.3, initial_accumulator_value: 0.4, maximize: false },
      { lr: 0.1, lrDecay: 0.2, eps: 1e-9, weightDecay: 0.3, initialAccumulatorValue: 0.4, maximize: false },
    ],
    [
      "NAdam",
      (p) => new optim.NAdam(p),
      { lr: 0.1, betas: [0.8, 0.9], eps: 1e-7, weight_decay: 0.3, momentum_decay: 0.1, decoupled_weight_decay: true, maximize: false },
      { lr: 0.1, betas: [0.8, 0.9], eps: 1e-7, weightDecay: 0.3, momentumDecay: 0.1, decoupledWeightDecay: true, maximize: false },
    ],
    [
      "Rprop",
      (p) => new optim.Rprop(p),
      { lr: 0.1, etas: [0.4, 1.3], step_sizes: [1e-5, 40], maximize: false },
      { lr: 0.1, etas: [0.4, 1.3], stepSizes: [1e-5, 40], maximize: false },
    ],
  ])("the options of PyTorch's %s are taken by their names here, and given by PyTorch's", (_, make, theirs, ours) => {
    const param = parameter(1);
    const optimizer = make([param]);
    optimizer.loadStateDict({ state: {}, param_groups: [{ ...theirs, ...elsewhere, ...scheduled, params: [0] }] });
    const kept = { initialLr: 1, maxLr: 2, minLr: 0.5, maxMomentum: 0.9, baseMomentum: 0.8 };
    expect(optimizer.paramGroups).toEqual([{ ...ours, ...kept, params: [param] }]);
    expect(optimizer.stateDict().param_groups).toEqual([{ ...theirs, ...scheduled, params: [0] }]);
    // As other versions of unrolled saved them.
    const other = make([param]);
    other.loadStateDict({ state: {}, param_groups: [{ ...ours, params: [0] }] });
    expect(other.paramGroups).toEqual([{ ...ours, params: [param] }]);
  });

  describe("that does not fit", () => {
    const param = parameter(1, 2);
    const optimizer = new optim.Adam([param], { lr: 0.25 });
    run(optimizer, [param], 1);
    const good = { step: 1, exp_avg: zeros([2]), exp_avg_sq: zeros([2]) };
    const groups = [{ params: [0] }];

    test.each<[string, unknown, string]>([
      ["null", null, "stateDict must be { state, param_groups }, got null"],
      ["a module's", { weight: tensor([1]) }, "stateDict must be { state, param_groups }, got { weight }"],
      ["more groups", { state: {}, param_groups: [...groups, ...groups] }, "param_groups must be 1 groups, as the optimizer has, got 2"],
      ["more parameters", { state: {}, param_groups: [{ params: [0, 1] }] }, "params of group 0 must be 1, as the optimizer has, got 2"],
      ["no parameters", { state: {}, param_groups: [{ lr: 1 }] }, "params of group 0 must be 1, as the optimizer has, got undefined"],
      [
        "a wrong shape",
        { state: { 0: { ...good, exp_avg_sq: zeros([3]) } }, param_groups: [{ params: [0], lr: 1 }] },
        "exp_avg_sq must be [2], as its parameter, got [3]",
      ],
      [
        "too few values",
        { state: { 0: { ...good, exp_avg: { shape: [2], data: [1] } } }, param_groups: groups },
        "exp_avg must be [2], as its parameter, got 1 values",
      ],
      ["a text", { state: { 0: { ...good, exp_avg: "x" } }, param_groups: groups }, 'exp_avg must be [2], as its parameter, got "x"'],
      [
        "a step that is a list",
        { state: { 0: { ...good, step: zeros([2]) } }, param_groups: groups },
        "step must be an integer >= 0, got a float32",
      ],
      ["a state that is null", { state: null, param_groups: groups }, "stateDict must be { state, param_groups }, got { state,"],
      ["a state that is a list", { state: [good], param_groups: groups }, "stateDict must be { state, param_groups }, got { state,"],
      ["a group that is null", { state: {}, param_groups: [null] }, "group 0 must be { params, … }, got null"],
      [
        "parameters that are a text",
        { state: {}, param_groups: [{ params: "a" }] },
        'params of group 0 must be 1, as the optimizer has, got "a"',
      ],
      ["null for a parameter", { state: { 0: null }, param_groups: groups }, "the state of a parameter must be an object, got null"],
      [
        "a number for a tensor",
        { state: { 0: { ...good, exp_avg: 0 } }, param_groups: groups },
        "exp_avg must be [2], as its parameter, got 0",
      ],
      [
        "a name it cannot have",
        { state: { 0: { ...good, momentum: 0 } }, param_groups: groups },
        "momentum must be [2], as its parameter, got 0",
      ],
      [
        "values that are no numbers",
        { state: { 0: { ...good, exp_avg: { shape: [2], data: [1, null] } } }, param_groups: groups },
        "exp_avg must be numbers, got null at 1",
      ],
      [
        "64-bit integers",
        { state: { 0: { ...good, exp_avg: { shape: [2], data: new BigInt64Array(2) } } }, param_groups: groups },
        "exp_avg must be numbers, got a BigInt64Array",
      ],
      ["a step that is an object", { state: { 0: { ...good, step: {} } }, param_groups: groups }, "step must be an integer >= 0, got {  }"],
      ["a step below 0", { state: { 0: { ...good, step: tensor(-1) } }, param_groups: groups }, "step must be an integer >= 0, got -1"],
      ["half a step", { state: { 0: { ...good, step: 0.5 } }, param_groups: groups }, "step must be an integer >= 0, got 0.5"],
      ["NaN for a step", { state: { 0: { ...good, step: Number.NaN } }, param_groups: groups }, "step must be an integer >= 0, got NaN"],
      [
        "an option of another optimizer",
        { state: {}, param_groups: [{ params: [0], lr: 1, lr_decay: 0 }] },
        'an option of a group must be one of lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay, got "lr_decay"',
      ],
      [
        "a rate of a scheduler that is none",
        { state: {}, param_groups: [{ params: [0], initial_lr: null }] },
        "initial_lr must be a finite number, got null",
      ],
      [
        "something missing",
        { state: { 0: { step: 1, exp_avg: zeros([2]) } }, param_groups: groups },
        "the state of a parameter must be one with exp_avg_sq, got { step, exp_avg }",
      ],
    ])("%s", (_, source, message) => {
      const before = optimizer.stateDict();
      const average = before.state["0"]!["exp_avg"]!.data;
      expect(() => optimizer.loadStateDict(source as never)).toThrow(`optim.Adam.loadStateDict: ${message}`);
      expect(optimizer.stateDict()).toEqual(before);
      expect(optimizer.stateDict().state["0"]!["exp_avg"]!.data).toEqual(average);
    });

    test("a product that is not finite", () => {
      const saved = { step: 1, mu_product: Number.NaN, exp_avg: zeros([2]), exp_avg_sq: zeros([2]) };
      expect(() => new optim.NAdam([param]).loadStateDict({ state: { 0: saved }, param_groups: groups })).toThrow(
        "optim.NAdam.loadStateDict: mu_product must be a finite number, got NaN",
      );
    });

    test("options out of range", () => {
      expect(() => optimizer.loadStateDict({ state: {}, param_groups: [{ params: [0], lr: Number.NaN }] })).toThrow(
        "optim.Adam: lr must be a finite number >= 0, got NaN",
      );
      expect(optimizer.paramGroups[0]!.lr).toBe(0.25);
    });
  });
});
