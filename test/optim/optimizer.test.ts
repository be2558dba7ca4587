import { nn, noGrad, optim, type Tensor, tensor } from "unrolled";
import { describe, expect, test, vi } from "vitest";
import { heapF32 } from "../../ts/wasm/memory.js";
import { sample } from "../tensor/helpers.js";

const parameter = (...values: number[]) => new nn.Parameter(tensor(values));

/** A parameter that has a gradient. */
function withGrad(values: number[], gradient: number[]): nn.Parameter {
  const result = parameter(...values);
  result.grad = tensor(gradient);
  return result;
}

describe("parameters", () => {
  test("without a gradient are left alone, and have no state", () => {
    const [a, b] = [withGrad([1, 2], [1, 1]), parameter(3)];
    const optimizer = new optim.Adam([a, b], { weightDecay: 1 });
    optimizer.step();
    expect(b.toArray()).toEqual([3]);
    expect([...optimizer.state.keys()]).toEqual([a]);
    optimizer.zeroGrad();
    const before = a.data;
    optimizer.step();
    expect(a.data).toEqual(before);
    expect(optimizer.state.get(a)!.step).toBe(1);
  });

  test("change in place, which their version tells", () => {
    const param = withGrad([1, 2], [1, 1]);
    const { version } = param.storage;
    const { pointer } = param;
    new optim.SGD([param], { lr: 0.5 }).step();
    expect(param.pointer).toBe(pointer);
    expect([...heapF32().slice(pointer >>> 2, (pointer >>> 2) + 2)]).toEqual([0.5, 1.5]);
    expect(param.storage.version).toBe(version + 1);
  });

  test("a graph recorded before a step refuses backward after it", () => {
    const w = withGrad([1, 2], [1, 1]);
    const y = w.mul(w).sum();
    new optim.SGD([w]).step();
    expect(() => y.backward()).toThrow("the values that mul needs must be as they were");
  });

  test("and a graph that saved a state, too", () => {
    const param = withGrad([1, 2], [1, 1]);
    const optimizer = new optim.SGD([param], { momentum: 0.5 });
    optimizer.step();
    const w = tensor([1, 1], { requiresGrad: true });
    const y = optimizer.state.get(param)!.momentum_buffer!.mul(w).sum();
    optimizer.step();
    expect(() => y.backward()).toThrow("the values that mul needs must be as they were");
  });

  test("which were frozen get no gradient, and do not change", () => {
    const model = new nn.Sequential(new nn.Linear(3, 3), new nn.Linear(3, 1));
    model.at(0)!.requiresGrad_(false);
    const [frozen, trained] = [model.parameters()[0]!, model.parameters()[2]!];
    const before = [frozen.data, trained.data];
    const optimizer = new optim.AdamW(model.parameters(), { lr: 0.1 });
    model
      .forward(sample([4, 3], 1))
      .sum()
      .backward();
    optimizer.step();
    expect(frozen.data).toEqual(before[0]);
    expect(trained.data).not.toEqual(before[1]);
  });

  test("shared by two modules take one step, with both gradients", () => {
    const model = new nn.Sequential(new nn.Linear(2, 2, { bias: false }), new nn.Linear(2, 2, { bias: false }));
    const [a, b] = model.children() as [nn.Linear, nn.Linear];
    b.weight = a.weight;
    const optimizer = new optim.SGD(model.parameters(), { lr: 1 });
    const before = a.weight.data;
    model
      .forward(tensor([1, 2]))
      .sum()
      .backward();
    const gradient = a.weight.grad!.data;
    optimizer.step();
    expect(a.weight.data).toEqual(before.map((value, index) => value - gradient[index]!));
  });

  test("may be leaves of any kind", () => {
    const leaf = tensor([1, 2], { requiresGrad: true });
    const optimizer = new optim.SGD([leaf], { lr: 0.5 });
    leaf.mul(leaf).sum().backward();
    optimizer.step();
    expect(leaf.toArray()).toEqual([0, 0]);
    expect(leaf.grad!.toArray()).toEqual([2, 4]);
    leaf.dispose();
    optimizer.step();
    expect(leaf.toArray()).toEqual([-1, -2]);
  });

  test("gradients add up over backward passes until zeroGrad", () => {
    const param = parameter(1);
    const optimizer = new optim.SGD([param], { lr: 1 });
    for (let pass = 0; pass < 2; pass++) param.mul(3).sum().backward();
    optimizer.step();
    expect(param.toArray()).toEqual([-5]);
    optimizer.zeroGrad({ setToNone: false });
    expect(param.grad!.toArray()).toEqual([0]);
    optimizer.zeroGrad();
    expect(param.grad).toBeNull();
  });
});

describe("groups", () => {
  test("have options of their own, which may change between steps", () => {
    const [a, b] = [withGrad([0], [1]), withGrad([0], [1])];
    const optimizer = new optim.SGD([{ params: [a], lr: 0.5 }, { params: b }], { lr: 0.25, weightDecay: 0 });
    expect(optimizer.paramGroups).toEqual([
      { params: [a], lr: 0.5, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false },
      { params: [b], lr: 0.25, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false },
    ]);
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([-0.5, -0.25]);
    optimizer.paramGroups[1]!.lr = 2;
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([-1, -2.25]);
  });

  test("can be added", () => {
    const [a, b] = [withGrad([0], [1]), withGrad([0], [1])];
    const optimizer = new optim.SGD([a], { lr: 1 });
    optimizer.addParamGroup({ params: [b], lr: 3 });
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([-1, -3]);
  });

  test("of a generator", () => {
    const param = withGrad([0], [1]);
    new optim.SGD(
      (function* () {
        yield param;
      })(),
      { lr: 1 },
    ).step();
    expect(param.item()).toBe(-1);
  });

  test("do not share lists of the defaults with other optimizers", () => {
    const options = { betas: [0.5, 0.6] as const };
    const [first] = new optim.Adam([parameter(1)], options).paramGroups;
    first!.betas = [0.1, 0.2];
    expect(options.betas).toEqual([0.5, 0.6]);
    expect(new optim.Adam([parameter(1)]).paramGroups[0]!.betas).toEqual([0.9, 0.999]);
  });
});

describe("momentum of SGD that comes later starts from the gradient", () => {
  test("as in PyTorch", () => {
    const param = withGrad([0], [1]);
    const optimizer = new optim.SGD([param], { lr: 1, dampening: 0.5 });
    optimizer.step();
    optimizer.paramGroups[0]!.momentum = 0.5;
    optimizer.step();
    expect(param.item()).toBe(-2);
    optimizer.step();
    expect(param.item()).toBe(-3);
  });
});

test("a parameter that gets gradients and that no optimizer holds is warned of once", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const [forgotten, frozen, other, held] = [parameter(1), parameter(1, 2), parameter(1, 2, 3), parameter(1)];
  const optimizer = new optim.SGD([held]);
  for (const param of [forgotten, frozen, other, held]) param.sum().backward();
  frozen.requiresGrad_(false);
  const second = new optim.SGD([other]);
  optimizer.step();
  expect(warn.mock.calls).toEqual([
    [
      "unrolled: parameters with gradients must be held by an optimizer to change, got 1 that are not ([1]); " +
        "pass them to one, or freeze them with requiresGrad_(false)",
    ],
  ]);
  for (const param of [forgotten, held]) param.sum().backward();
  optimizer.step();
  second.step();
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

test("a parameter whose gradient is gone again is not warned of until it gets the next", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const [lookedAt, held] = [parameter(1), parameter(1)];
  const optimizer = new optim.SGD([held]);
  lookedAt.sum().backward();
  lookedAt.grad = null;
  optimizer.step();
  expect(warn).not.toHaveBeenCalled();
  lookedAt.sum().backward();
  optimizer.step();
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

describe("a closure", () => {
  test("computes the gradients, and what it returns is returned", () => {
    const param = parameter(2);
    const optimizer = new optim.SGD([param], { lr: 0.5 });
    const closure = () => {
      optimizer.zeroGrad();
      const loss = param.mul(param).sum();
      loss.backward();
      return loss;
    };
    expect(optimizer.step(closure).item()).toBe(4);
    expect(param.item()).toBe(0);
    optimizer.zeroGrad();
    noGrad(() => optimizer.step(() => param.mul(3).sum().backward()));
    expect(param.item()).toBe(-1.5);
    expect(noGrad(() => param.mul(2)).requiresGrad).toBe(false);
    expect(optimizer.step()).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ["no function", 3, "optim.SGD.step: closure must be a function, got 3"],
    ["async", async () => 1, "optim.SGD.step: closure must be a synchronous function, got an async function; await first"],
    ["a promise", () => Promise.resolve(1), "optim.SGD.step: closure must be a synchronous function, got one that returns a promise"],
  ])("that is %s changes nothing", (_, closure, message) => {
    const param = withGrad([1], [1]);
    expect(() => new optim.SGD([param]).step(closure as () => void)).toThrow(message);
    expect(param.item()).toBe(1);
  });
});

test("a wrong option set later is found before anything has changed", () => {
  const [a, b] = [withGrad([1], [1]), withGrad([1], [1])];
  const optimizer = new optim.SGD([{ params: a }, { params: b }]);
  optimizer.paramGroups[1]!.lr = Number.NaN;
  expect(() => optimizer.step()).toThrow("optim.SGD: lr must be a finite number >= 0, got NaN");
  expect([a.item(), b.item()]).toEqual([1, 1]);
});

test("no step allocates in the core after the first", () => {
  const model = new nn.Linear(40, 30);
  const optimizers = [new optim.Adam(model.parameters()), new optim.SGD(model.parameters(), { momentum: 0.5 })];
  const step = () => {
    for (const param of model.parameters()) noGrad(() => param.accumulatePointer());
    for (const optimizer of optimizers) optimizer.step();
  };
  step();
  const states = optimizers.map((optimizer) => [...optimizer.state.values()].flatMap((state) => Object.values(state as object)));
  const pointers = states.flat().map((value) => (typeof value === "number" ? 0 : (value as Tensor).storage.pointer));
  for (let count = 0; count < 100; count++) step();
  const after = optimizers.flatMap((optimizer) => [...optimizer.state.values()].flatMap((state) => Object.values(state as object)));
  expect(after.map((value) => (typeof value === "number" ? 0 : (value as Tensor).storage.pointer))).toEqual(pointers);
  expect(pointers.filter((pointer) => pointer !== 0)).toHaveLength(6);
});
