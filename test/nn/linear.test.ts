import { manualSeed, nn, noGrad, optim, type Tensor, tensor, zeros } from "unrolled";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { checkGradients, expectClose, sample } from "../tensor/helpers.js";

/** x·Wᵀ + b in doubles. */
function reference(x: Tensor, weight: Tensor, bias: Tensor | null): number[] {
  const [outputs, inputs] = weight.shape as [number, number];
  const [a, w, b] = [x.data, weight.data, bias?.data];
  return Array.from({ length: (a.length / inputs) * outputs }, (_, at) => {
    const [row, output] = [Math.floor(at / outputs), at % outputs];
    let sum = b?.[output] ?? 0;
    for (let k = 0; k < inputs; k++) sum += a[row * inputs + k]! * w[output * inputs + k]!;
    return sum;
  });
}

/** A leaf with the values of a parameter, and gradients of its own. */
function leaf(parameter: nn.Parameter): Tensor {
  return parameter.detach().clone().requiresGrad_();
}

beforeEach(() => {
  manualSeed(5);
  // Most parameters here are held by no optimizer, of which its steps would warn.
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

describe.each([[[7]], [[5, 7]], [[2, 3, 7]], [[0, 7]], [[1, 7]], [[3, 2, 2, 7]]])("input %j", (shape) => {
  test.each([true, false])("y = x·Wᵀ + b, with bias %s", (bias) => {
    const linear = new nn.Linear(7, 11, { bias });
    const x = sample(shape, 1);
    const y = linear.forward(x);
    expect(y.shape).toEqual([...shape.slice(0, -1), 11]);
    expectClose(y, reference(x, linear.weight, linear.bias), 2e-6);
    expect(linear.bias === null).toBe(!bias);
  });
});

test("gradients of input, weight and bias", () => {
  checkGradients((x, w, b) => nn.functional.linear(x!, w!, b), [sample([2, 3, 5], 1), sample([6, 5], 2), sample([6], 3)]);
  checkGradients((x, w) => nn.functional.linear(x!, w!), [sample([5], 4), sample([1, 5], 5)]);
});

test("a module has the gradients of the function, and adds them up over two passes", () => {
  const linear = new nn.Linear(5, 6);
  const upstream = sample([4, 6], 2);
  const [weights, biases] = [[] as Tensor[], [] as Tensor[]];
  for (const seed of [1, 9]) {
    linear.forward(sample([4, 5], seed)).backward(upstream);
    const [weight, bias] = [leaf(linear.weight), leaf(linear.bias!)];
    nn.functional.linear(sample([4, 5], seed), weight, bias).backward(upstream);
    weights.push(weight.grad!);
    biases.push(bias.grad!);
  }
  expectClose(linear.weight.grad!, weights[0]!.add(weights[1]!).data);
  expectClose(linear.bias!.grad!, biases[0]!.add(biases[1]!).data);
});

test("frozen parameters get no gradient, and the others the same as before", () => {
  const linear = new nn.Linear(5, 6);
  const x = sample([4, 5], 1).requiresGrad_();
  const upstream = sample([4, 6], 2);
  linear.forward(x).backward(upstream);
  const [dx, dw, db] = [x.grad!.data, linear.weight.grad!.data, linear.bias!.grad!.data];
  for (const frozen of [linear.weight, linear.bias!]) {
    linear.zeroGrad();
    x.grad = null;
    frozen.requiresGrad_(false);
    linear.forward(x).backward(upstream);
    frozen.requiresGrad_();
    expect(frozen.grad).toBeNull();
    expect(x.grad!.data).toEqual(dx);
    if (frozen !== linear.weight) expect(linear.weight.grad!.data).toEqual(dw);
    if (frozen !== linear.bias) expect(linear.bias!.grad!.data).toEqual(db);
  }
  expect(linear.requiresGrad_(false).forward(x.detach()).requiresGrad).toBe(false);
});

test("new values of the weight are seen, however they came", () => {
  const linear = new nn.Linear(3, 4);
  const x = sample([2, 3], 1);
  const isFresh = () => {
    const input = x.detach().requiresGrad_();
    const y = linear.forward(input);
    expectClose(y, reference(x, linear.weight, linear.bias), 2e-6);
    linear.zeroGrad();
    y.sum().backward();
    expectClose(input.grad!, reference(zeros([2, 4]).add(1), linear.weight.detach().transpose(0, 1), null), 2e-6);
  };
  isFresh();
  noGrad(() => linear.weight.copy_(sample([4, 3], 2)));
  isFresh();
  linear.loadStateDict({ ...linear.stateDict(), weight: sample([4, 3], 3) });
  isFresh();
  new optim.SGD(linear.parameters(), { lr: 0.5 }).step();
  isFresh();
  nn.init.normal_(linear.weight);
  isFresh();
  linear.weight = new nn.Parameter(sample([4, 3], 4));
  isFresh();
  linear.weight.dispose();
  isFresh();
});

test("the weight may change before backward unless the input wants a gradient, as in PyTorch", () => {
  const linear = new nn.Linear(3, 4);
  const first = linear.forward(sample([2, 3], 1)).sum();
  const second = linear.forward(sample([2, 3], 1).requiresGrad_()).sum();
  noGrad(() => linear.weight.mul_(2));
  first.backward();
  expect(linear.weight.grad).not.toBeNull();
  expect(() => second.backward()).toThrow("the values that linear needs must be as they were");
});

test("a weight that two modules share gets both gradients", () => {
  const [a, b] = [new nn.Linear(4, 4, { bias: false }), new nn.Linear(4, 4, { bias: false })];
  b.weight = a.weight;
  const apart = [leaf(a.weight), leaf(a.weight)] as const;
  const x = sample([3, 4], 1);
  b.forward(a.forward(x)).sum().backward();
  nn.functional.linear(nn.functional.linear(x, apart[0]), apart[1]).sum().backward();
  expectClose(a.weight.grad!, apart[0].grad!.add(apart[1].grad!).data, 2e-6, 1e-6);
});

describe("errors", () => {
  const linear = new nn.Linear(3, 4);

  test.each([
    ["a wrong last dimension", () => linear.forward(zeros([2, 4])), "Linear.forward: input must be [*, 3], got [2, 4]"],
    ["a scalar", () => linear.forward(tensor(1)), "Linear.forward: input must be [*, 3], got []"],
    [
      "integers",
      () => linear.forward(zeros([2, 3], { dtype: "int32" })),
      /^Linear.forward: input must be a float32 tensor, got an? int32 tensor \[2, 3\]; convert it with .to\("float32"\)$/,
    ],
    ["an array", () => linear.forward([1, 2, 3] as never), "Linear.forward: input must be a tensor or a PackedSequence, got [1, 2, 3]"],
    [
      "a weight of one dimension",
      () => nn.functional.linear(zeros([3]), zeros([3])),
      "nn.functional.linear: weight must be [out, in] with both at least 1, got [3]",
    ],
    [
      "an empty weight",
      () => nn.functional.linear(zeros([2, 0]), zeros([3, 0])),
      "nn.functional.linear: weight must be [out, in] with both at least 1, got [3, 0]",
    ],
    [
      "a bias of the wrong size",
      () => nn.functional.linear(zeros([3]), zeros([2, 3]), zeros([3])),
      "nn.functional.linear: bias must be [2], got [3]",
    ],
    ["no inputs", () => new nn.Linear(0, 3), "nn.Linear: inFeatures must be an integer >= 1, got 0"],
    ["half an output", () => new nn.Linear(3, 1.5), "nn.Linear: outFeatures must be an integer >= 1, got 1.5"],
    ["a wrong bias", () => new nn.Linear(3, 1, { bias: 1 as unknown as boolean }), "nn.Linear: bias must be true or false, got 1"],
    [
      "an unknown option",
      () => new nn.Linear(3, 1, { biass: true } as object),
      'nn.Linear: option must be one of bias, got "biass"; did you mean "bias"?',
    ],
  ])("%s", (_, call, message) => {
    const before = linear.forward(sample([2, 3], 1)).data;
    expect(call).toThrow(message);
    expect(linear.forward(sample([2, 3], 1)).data).toEqual(before);
  });
});
