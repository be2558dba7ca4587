import { type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { at, expectClose, indices, sample } from "./helpers.js";

const f = Math.fround;

describe("functions", () => {
  const x = sample([3, 7], 3);
  const positive = sample([3, 7], 4, [0.01, 9]);
  const erf = (value: number) => {
    // Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)): enough for |x| < 3
    let [sum, power] = [0, value];
    for (let n = 0; n < 80; n++) {
      sum += power / (2 * n + 1);
      power *= -(value * value) / (n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  };
  const cases: [name: string, input: Tensor, compute: (x: Tensor) => Tensor, expected: (x: number) => number][] = [
    ["neg", x, (a) => a.neg(), (a) => -a],
    ["abs", x, (a) => a.abs(), Math.abs],
    ["sqrt", positive, (a) => a.sqrt(), Math.sqrt],
    ["exp", x, (a) => a.exp(), Math.exp],
    ["log", positive, (a) => a.log(), Math.log],
    ["tanh", x, (a) => a.tanh(), Math.tanh],
    ["sigmoid", x, (a) => a.sigmoid(), (a) => 1 / (1 + Math.exp(-a))],
    ["relu", x, (a) => a.relu(), (a) => Math.max(a, 0)],
    ["gelu", x, (a) => a.gelu(), (a) => 0.5 * a * (1 + erf(a / Math.SQRT2))],
    ["silu", x, (a) => a.silu(), (a) => a / (1 + Math.exp(-a))],
    ["clamp", x, (a) => a.clamp({ min: -0.5, max: 0.25 }), (a) => Math.min(Math.max(a, -0.5), 0.25)],
    ["pow 2", x, (a) => a.pow(2), (a) => a ** 2],
    ["pow 3", x, (a) => a.pow(3), (a) => a ** 3],
    ["pow 0.5", positive, (a) => a.pow(0.5), Math.sqrt],
    ["pow -1", positive, (a) => a.pow(-1), (a) => 1 / a],
    ["pow 0", x, (a) => a.pow(0), () => 1],
    ["pow 1", x, (a) => a.pow(1), (a) => a],
    ["pow 4", x, (a) => a.pow(4), (a) => a ** 4],
    ["pow -1.3", positive, (a) => a.pow(-1.3), (a) => a ** -1.3],
    ["pow of a tensor", positive, (a) => a.pow(tensor(1.7)), (a) => a ** f(1.7)],
  ];

  test.each(cases)("%s", (_, input, compute, expected) => {
    const result = compute(input);
    expect(result.shape).toEqual([3, 7]);
    expectClose(result, [...input.data].map(expected), 1e-6, 1e-6);
  });

  test("a bound that is NaN makes NaN, as in PyTorch", () => {
    expect(tensor([1, -2]).clamp({ min: Number.NaN }).toArray()).toEqual([Number.NaN, Number.NaN]);
    expect(tensor([1, -2]).clamp({ min: 0, max: Number.NaN }).toArray()).toEqual([Number.NaN, Number.NaN]);
  });

  test("NaN stays NaN", () => {
    const x = tensor([Number.NaN]);
    const results = [x.exp(), x.log(), x.tanh(), x.sigmoid(), x.relu(), x.gelu(), x.silu(), x.clamp({ min: 0, max: 1 }), x.sqrt(), x.abs()];
    expect(results.map((result) => result.item())).toEqual(results.map(() => Number.NaN));
  });

  test.each([0, 1, 2])("softmax and logSoftmax along dimension %i", (dim) => {
    const input = sample([2, 3, 5], 5);
    const expected = indices([2, 3, 5]).map((index) => {
      const lane = [...Array(input.shape[dim]!).keys()].map((k) => at(input, ...index.with(dim, k)));
      return Math.exp(at(input, ...index)) / lane.reduce((sum, value) => sum + Math.exp(value), 0);
    });
    expectClose(input.softmax(dim), expected);
    expectClose(input.logSoftmax(dim - 3), expected.map(Math.log), 2e-6);
  });

  test("softmax of large values is finite", () => {
    expect(tensor([1000, 1000]).softmax(0).toArray()).toEqual([0.5, 0.5]);
    expect(tensor(3).softmax(0).item()).toBe(1);
  });
});
