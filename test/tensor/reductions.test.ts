import { tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { at, expectClose, indices, sample } from "./helpers.js";

const f = Math.fround;

describe("reductions", () => {
  const x = sample([2, 3, 5], 6);
  const lanes = (dims: number[]) => {
    const groups = new Map<string, number[]>();
    for (const index of indices([2, 3, 5])) {
      const key = index.filter((_, axis) => !dims.includes(axis)).join();
      groups.set(key, [...(groups.get(key) ?? []), at(x, ...index)]);
    }
    return [...groups.values()];
  };
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const mean = (values: number[]) => sum(values) / values.length;
  const variance = (values: number[], correction: number) =>
    sum(values.map((value) => (value - mean(values)) ** 2)) / (values.length - correction);

  test.each([[[0]], [[1]], [[2]], [[0, 1]], [[1, 2]], [[0, 2]], [[0, 1, 2]]])("over dimensions %j", (dims) => {
    const groups = lanes(dims);
    expectClose(x.sum(dims), groups.map(sum));
    expectClose(x.mean({ dim: dims }), groups.map(mean));
    expectClose(
      x.var(dims),
      groups.map((group) => variance(group, 1)),
    );
    expectClose(
      x.std(dims, { correction: 0 }),
      groups.map((group) => Math.sqrt(variance(group, 0))),
    );
    expectClose(
      x.norm({ dim: dims }),
      groups.map((group) => Math.hypot(...group)),
    );
    expectClose(
      x.norm(1, { dim: dims }),
      groups.map((group) => sum(group.map(Math.abs))),
    );
    expectClose(
      x.norm(3, { dim: dims }),
      groups.map((group) => Math.cbrt(sum(group.map((value) => Math.abs(value) ** 3)))),
    );
    expectClose(
      x.norm(Number.POSITIVE_INFINITY, { dim: dims }),
      groups.map((group) => Math.max(...group.map(Math.abs))),
    );
    const kept = [2, 3, 5].map((size, axis) => (dims.includes(axis) ? 1 : size));
    expect(x.sum(dims, { keepdim: true }).shape).toEqual(kept);
    expect(x.sum(dims).shape).toEqual([2, 3, 5].filter((_, axis) => !dims.includes(axis)));
  });

  test("over everything, of a scalar, and of a list of no dimensions", () => {
    expect(x.sum().shape).toEqual([]);
    expect(x.sum([]).item()).toBe(x.sum().item());
    expect(tensor(3).sum(0).item()).toBe(3);
    expect(x.mean({ keepdim: true }).shape).toEqual([1, 1, 1]);
  });

  test("sums are exact sums, rounded once", () => {
    const values = Float32Array.of(1e8, ...Array(1000).fill(0.1), -1e8);
    expect(tensor(values).sum().item()).toBe(f(values.reduce((total, value) => total + value, 0)));
    expect(
      tensor(values, { shape: [1002, 1] })
        .sum(0)
        .item(),
    ).toBe(tensor(values).sum().item());
  });

  test("the variance of far-off values keeps its digits", () => {
    expect(
      tensor([1e4, 1e4 + 1, 1e4 + 2])
        .var()
        .item(),
    ).toBe(1);
    expect(tensor([1]).var().item()).toBe(Number.NaN);
  });

  test("cumsum", () => {
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ])
        .cumsum(1)
        .toArray(),
    ).toEqual([
      [1, 3, 6],
      [4, 9, 15],
    ]);
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ])
        .cumsum(0)
        .toArray(),
    ).toEqual([
      [1, 2, 3],
      [5, 7, 9],
    ]);
  });

  test("max, min and argmax, of equal values the first", () => {
    const y = tensor([
      [1, 5, 5],
      [7, 0, 7],
    ]);
    expect([y.max().item(), y.min().item(), y.argmax().item()]).toEqual([7, 0, 3]);
    const { values, indices } = y.max(1);
    expect([values.toArray(), indices.toArray(), indices.dtype]).toEqual([[5, 7], [1, 0], "int32"]);
    expect(y.min({ dim: 0, keepdim: true }).values.toArray()).toEqual([[1, 0, 5]]);
    expect(y.max(0).indices.toArray()).toEqual([1, 0, 1]);
    expect(y.argmax(1).toArray()).toEqual([1, 0]);
    expect(y.argmax({ dim: -1, keepdim: true }).shape).toEqual([2, 1]);
    expect(y.argmax({ keepdim: true }).shape).toEqual([1, 1]);
  });

  test("NaN is the largest and the smallest", () => {
    const y = tensor([1, Number.NaN, 3, Number.NaN]);
    expect([y.max().item(), y.min().item(), y.argmax().item(), y.max(0).indices.item()]).toEqual([Number.NaN, Number.NaN, 1, 1]);
  });

  test("topk", () => {
    const y = tensor([
      [3, 1, 4, 1],
      [5, 9, 2, 6],
    ]);
    const { values, indices } = y.topk(3);
    expect([values.toArray(), indices.toArray()]).toEqual([
      [
        [4, 3, 1],
        [9, 6, 5],
      ],
      [
        [2, 0, 1],
        [1, 3, 0],
      ],
    ]);
    expect(y.topk(2, { largest: false }).values.toArray()).toEqual([
      [1, 1],
      [2, 5],
    ]);
    expect(y.topk(1, { dim: 0 }).indices.toArray()).toEqual([[1, 1, 0, 1]]);
    expect(y.topk(0).values.shape).toEqual([2, 0]);
  });
});

describe("matmul", () => {
  test.each<[a: number[], b: number[], result: number[]]>([
    [
      [3, 4],
      [4, 5],
      [3, 5],
    ],
    [[7], [7], []],
    [[3, 4], [4], [3]],
    [[3], [3, 5], [5]],
    [
      [2, 3, 4],
      [4, 5],
      [2, 3, 5],
    ],
    [[2, 3, 4], [4], [2, 3]],
    [
      [3, 4],
      [2, 4, 5],
      [2, 3, 5],
    ],
    [[4], [2, 4, 5], [2, 5]],
    [
      [2, 1, 3, 4],
      [5, 4, 2],
      [2, 5, 3, 2],
    ],
    [
      [17, 33],
      [33, 9],
      [17, 9],
    ],
  ])("%j · %j", (aShape, bShape, shape) => {
    const [a, b] = [sample(aShape, 1), sample(bShape, 2)];
    const result = a.matmul(b);
    expect(result.shape).toEqual(shape);
    const left = aShape.length === 1 ? a.unsqueeze(0) : a;
    const right = bShape.length === 1 ? b.unsqueeze(1) : b;
    const k = left.shape.at(-1)!;
    // Σ over a dimension of its own, of products of broadcast tensors
    const products = left.unsqueeze(-1).mul(right.unsqueeze(-3)).sum(-2);
    expectClose(result, products.data, 1e-6 * k);
  });

  test("of nothing is zeros", () => {
    expect(
      tensor([], { shape: [2, 0] })
        .matmul(tensor([], { shape: [0, 3] }))
        .toArray(),
    ).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(tensor([], { shape: [0, 2] }).matmul(tensor([[1], [2]])).shape).toEqual([0, 1]);
  });
});
