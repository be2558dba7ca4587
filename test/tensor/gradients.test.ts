import { cat, stack, type Tensor, tensor, where } from "unrolled";
import { describe, expect, test } from "vitest";
import { checkGradients, sample } from "./helpers.js";

type Case = [name: string, inputs: Tensor[], compute: (...inputs: Tensor[]) => Tensor | Tensor[], step?: number];

const x = sample([2, 3, 5], 1);
const y = sample([2, 3, 5], 2);
const row = sample([5], 3);
const column = sample([3, 1], 4);
const scalar = sample([], 5);
const positive = sample([2, 3, 5], 6, [0.5, 2]);
const positiveColumn = sample([2, 1, 1], 7, [0.5, 2]);
/** No two values closer than a difference step, none near 0: for functions with kinks. */
const spaced = tensor(
  Float32Array.from({ length: 30 }, (_, k) => (((k * 7) % 30) - 14.5) / 8),
  { shape: [2, 3, 5] },
);
const mask = tensor(new Int32Array([1, 0, 0, 1, 1]));

const arithmetic: Case[] = [
  ["add", [x, y], (a, b) => a.add(b)],
  ["add, broadcast right", [x, row], (a, b) => a.add(b)],
  ["add, broadcast left", [column, x], (a, b) => a.add(b)],
  ["add, both broadcast", [column, row], (a, b) => a.add(b)],
  ["add, scalar tensor", [scalar, x], (a, b) => a.add(b)],
  ["add, number", [x], (a) => a.add(2.5)],
  ["add with alpha", [x, row], (a, b) => a.add(b, { alpha: -1.5 })],
  ["sub", [x, column], (a, b) => a.sub(b)],
  ["sub, swapped", [row, x], (a, b) => a.sub(b)],
  ["sub with alpha", [x, y], (a, b) => a.sub(b, { alpha: 0.3 })],
  ["mul", [x, y], (a, b) => a.mul(b)],
  ["mul, broadcast", [column, row], (a, b) => a.mul(b)],
  ["mul by itself", [x], (a) => a.mul(a)],
  ["mul, number", [x], (a) => a.mul(-0.7)],
  ["div", [x, positive], (a, b) => a.div(b)],
  ["div, broadcast", [row, positiveColumn], (a, b) => a.div(b)],
  ["div, number", [x], (a) => a.div(0.7)],
  ["neg", [x], (a) => a.neg()],
];

const functions: Case[] = [
  ["abs", [spaced], (a) => a.abs()],
  ["sqrt", [positive], (a) => a.sqrt()],
  ["exp", [x], (a) => a.exp()],
  ["log", [positive], (a) => a.log()],
  ["tanh", [x], (a) => a.tanh()],
  ["sigmoid", [x], (a) => a.sigmoid()],
  ["relu", [spaced], (a) => a.relu()],
  ["gelu", [x], (a) => a.gelu()],
  ["silu", [x], (a) => a.silu()],
  ["clamp, both", [spaced], (a) => a.clamp({ min: -0.75, max: 1 })],
  ["clamp, below", [spaced], (a) => a.clamp({ min: -0.75 })],
  ["pow 2", [x], (a) => a.pow(2)],
  ["pow 3", [x], (a) => a.pow(3)],
  ["pow 0.5", [positive], (a) => a.pow(0.5)],
  ["pow -1", [positive], (a) => a.pow(-1)],
  ["pow 1.7", [positive], (a) => a.pow(1.7)],
  ["pow 0", [x], (a) => a.pow(0)],
  ["pow of tensors", [positive, row], (a, b) => a.pow(b)],
  ["pow, base broadcast", [positiveColumn, x], (a, b) => a.pow(b)],
  ["softmax, last", [x], (a) => a.softmax(-1)],
  ["softmax, first", [x], (a) => a.softmax(0)],
  ["softmax, middle", [x], (a) => a.softmax(1)],
  ["logSoftmax, last", [x], (a) => a.logSoftmax(2)],
  ["logSoftmax, middle", [x], (a) => a.logSoftmax(1)],
];

const reductions: Case[] = [
  ["sum", [x], (a) => a.sum()],
  ["sum of one dim", [x], (a) => a.sum(1)],
  ["sum, keepdim", [x], (a) => a.sum(0, { keepdim: true })],
  ["sum of neighbours", [x], (a) => a.sum([1, 2])],
  ["sum of dims apart", [x], (a) => a.sum({ dim: [0, -1] })],
  ["mean", [x], (a) => a.mean()],
  ["mean of dims apart", [x], (a) => a.mean([0, 2])],
  ["std", [x], (a) => a.std()],
  ["std of dims apart", [x], (a) => a.std([0, 2], { correction: 0 })],
  ["var of one dim", [x], (a) => a.var(1)],
  ["var, no correction", [x], (a) => a.var({ dim: 2, correction: 0, keepdim: true })],
  ["cumsum", [x], (a) => a.cumsum(1)],
  ["norm", [x], (a) => a.norm()],
  ["norm of dims apart", [x], (a) => a.norm({ dim: [0, 2] })],
  ["norm 1", [spaced], (a) => a.norm(1, { dim: 1 })],
  ["norm 3", [spaced], (a) => a.norm({ p: 3, dim: 2, keepdim: true })],
  ["norm ∞", [spaced], (a) => a.norm(Number.POSITIVE_INFINITY, { dim: [0, 2] })],
  ["max", [spaced], (a) => a.max()],
  ["min", [spaced], (a) => a.min()],
  ["max of one dim", [spaced], (a) => a.max(1).values],
  ["min, keepdim", [spaced], (a) => a.min({ dim: 2, keepdim: true }).values],
  ["topk", [spaced], (a) => a.topk(2).values],
  ["topk, smallest of a middle dim", [spaced], (a) => a.topk(2, { dim: 1, largest: false }).values],
];

const products: Case[] = [
  ["matmul", [sample([3, 4], 10), sample([4, 5], 11)], (a, b) => a.matmul(b)],
  ["vector · vector", [sample([7], 10), sample([7], 11)], (a, b) => a.matmul(b)],
  ["matrix · vector", [sample([3, 4], 10), sample([4], 11)], (a, b) => a.matmul(b)],
  ["vector · matrix", [sample([3], 10), sample([3, 5], 11)], (a, b) => a.matmul(b)],
  ["stack · matrix", [sample([2, 3, 4], 10), sample([4, 5], 11)], (a, b) => a.matmul(b)],
  ["matrix · stack", [sample([3, 4], 10), sample([2, 4, 5], 11)], (a, b) => a.matmul(b)],
  ["vector · stack", [sample([4], 10), sample([2, 4, 5], 11)], (a, b) => a.matmul(b)],
  ["stack · stack", [sample([2, 3, 4], 10), sample([2, 4, 5], 11)], (a, b) => a.matmul(b)],
  ["stacks, broadcast", [sample([2, 1, 3, 4], 10), sample([5, 4, 2], 11)], (a, b) => a.matmul(b)],
  ["matmul with itself", [sample([3, 3], 10)], (a) => a.matmul(a)],
];

const shapes: Case[] = [
  ["reshape", [x, row], (a, b) => a.reshape([6, -1]).mul(b)],
  ["flatten", [x], (a) => a.flatten(1).mul(sample([15], 12))],
  [
    "squeeze and unsqueeze",
    [column],
    (a) =>
      a
        .squeeze()
        .unsqueeze(0)
        .mul(sample([2, 3], 12)),
  ],
  ["transpose", [x], (a) => a.transpose(0, 2)],
  ["permute", [x], (a) => a.permute([1, 2, 0])],
  ["expand", [column], (a) => a.expand([4, -1, 2])],
  ["narrow", [x], (a) => a.narrow(1, 1, 2)],
  ["select", [x], (a) => a.select(-1, 3)],
  ["split", [x], (a) => a.split(2, { dim: 2 })],
  ["split by sizes", [x], (a) => a.split([1, 4], 2)],
  ["chunk", [x], (a) => a.chunk(2, 1)],
  ["unbind", [x], (a) => a.unbind(1)],
  ["unbind, one part without gradient", [x], (a) => a.unbind(1)[2]!],
  ["cat", [x, column.expand([2, 3, 1])], (a, b) => cat([a, b, a], { dim: 2 })],
  ["stack", [x, y], (a, b) => stack([a, b], 1)],
  ["indexSelect with repetition", [x], (a) => a.indexSelect(2, tensor(new Int32Array([4, 0, 4, 1])))],
  ["gather with repetition", [x], (a) => a.gather(1, tensor(new Int32Array([0, 2, 2, 1, 1, 0]), { shape: [2, 1, 3] }))],
  ["maskedFill", [x], (a) => a.maskedFill(mask, 7)],
  ["where", [x, column], (a, b) => where(mask, a, b)],
  ["where, a number first", [x], (a) => where(mask, 3, a)],
  ["clone", [x], (a) => a.clone().mul(a)],
  ["to float32", [x], (a) => a.to("float32").mul(2)],
];

describe("backward equals finite differences", () => {
  test.each([...arithmetic, ...functions, ...reductions, ...products, ...shapes])("%s", (_, inputs, compute, step) => {
    checkGradients(compute, inputs, step);
  });

  test("the check itself sees a gradient that is off by 1 %", () => {
    const biased = (a: Tensor) => a.mul(a).add(a.detach().mul(a).mul(0.02));
    expect(() => checkGradients(biased, [x])).toThrow(/element \d+: expected/);
  });
});

describe("gradients where finite differences cannot say", () => {
  const gradientOf = (compute: (x: Tensor) => Tensor, values: number[]) => {
    const leaf = tensor(values, { requiresGrad: true });
    compute(leaf).sum().backward();
    return leaf.grad!.toArray();
  };

  test("abs and relu have gradient 0 at 0", () => {
    expect(gradientOf((a) => a.abs(), [-2, 0, 3])).toEqual([-1, 0, 1]);
    expect(gradientOf((a) => a.relu(), [-2, 0, 3])).toEqual([0, 0, 1]);
  });

  test("clamp passes the gradient on between its bounds, not at them", () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    expect(gradientOf((a) => a.clamp({ min: 0, max: 1 }), [0, 1, 2, 0.5, nan, -1])).toEqual([0, 0, 0, 1, 0, 0]);
    expect(gradientOf((a) => a.clamp({ min: 0 }), [0, 1, -1, nan, inf, -inf])).toEqual([0, 1, 0, 0, 1, 0]);
    expect(gradientOf((a) => a.clamp({ max: 1 }), [0, 1, 2, nan, inf, -inf])).toEqual([1, 0, 0, 0, 0, 1]);
    expect(gradientOf((a) => a.clamp({ min: -inf, max: inf }), [1, inf, -inf])).toEqual([1, 0, 0]);
    expect(gradientOf((a) => a.clamp({ min: 0.1, max: 0.7 }), [0.1, 0.2, 0.7])).toEqual([0, 1, 0]);
    expect(gradientOf((a) => a.clamp({ min: 3, max: 1 }), [1, 2, 3])).toEqual([0, 0, 0]);
    expect(gradientOf((a) => a.clamp({ min: nan }), [1, inf])).toEqual([0, 0]);
  });

  test("norm and std have gradient 0 where they are 0", () => {
    expect(gradientOf((a) => a.norm(), [0, 0])).toEqual([0, 0]);
    expect(gradientOf((a) => a.std(), [2, 2, 2])).toEqual([0, 0, 0]);
  });

  test("equal largest values share the gradient of max(), the first takes that of max(dim)", () => {
    expect(gradientOf((a) => a.max(), [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0]);
    expect(gradientOf((a) => a.max(0).values, [1, 3, 3, 2])).toEqual([0, 1, 0, 0]);
  });

  test("pow at 0", () => {
    expect(gradientOf((a) => a.pow(0), [0, 2])).toEqual([0, 0]);
    expect(gradientOf((a) => a.pow(1), [0, 2])).toEqual([1, 1]);
    expect(gradientOf((a) => tensor([0]).pow(a), [0, 2])).toEqual([0, 0]);
  });
});
