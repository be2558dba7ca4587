import { inspect } from "node:util";
import { arange, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

/** What torch 2 prints for the same tensor, with the shape after it. */
const cases: [x: Tensor, text: string][] = [
  [tensor(1), "tensor(1., shape=[])"],
  [tensor([1, 2, -3]), "tensor([ 1.,  2., -3.], shape=[3])"],
  [tensor([1, 2.5]), "tensor([1.0000, 2.5000], shape=[2])"],
  [
    tensor([
      [0.1, -20],
      [3, 4],
    ]),
    "tensor([[  0.1000, -20.0000],\n        [  3.0000,   4.0000]], shape=[2, 2])",
  ],
  [tensor([1, 2000]), "tensor([1.0000e+00, 2.0000e+03], shape=[2])"],
  [tensor([1e-5, 1e-5]), "tensor([1.0000e-05, 1.0000e-05], shape=[2])"],
  [tensor([0, 0]), "tensor([0., 0.], shape=[2])"],
  [tensor([Number.NaN, 1, Number.POSITIVE_INFINITY]), "tensor([nan, 1., inf], shape=[3])"],
  [tensor([Number.NEGATIVE_INFINITY, 0.5]), "tensor([  -inf, 0.5000], shape=[2])"],
  [arange(3), "tensor([0, 1, 2], shape=[3], dtype=int32)"],
  [tensor([-1, 10], { dtype: "int32" }), "tensor([-1, 10], shape=[2], dtype=int32)"],
  [zeros([0, 3]), "tensor([], shape=[0, 3])"],
  [tensor([1], { requiresGrad: true }), "tensor([1.], shape=[1], requiresGrad=true)"],
];

describe("printing", () => {
  test.each(cases)("%s", (x, text) => {
    expect(x.toString()).toBe(text);
    expect(inspect(x)).toBe(text);
  });

  test("three dimensions, with an empty line between matrices", () => {
    expect(String(arange(8).reshape([2, 2, 2]))).toBe(
      "tensor([[[0, 1],\n         [2, 3]],\n\n        [[4, 5],\n         [6, 7]]], shape=[2, 2, 2], dtype=int32)",
    );
  });

  test("long rows are broken after 80 characters", () => {
    const lines = String(arange(30)).split("\n");
    expect(lines[0]).toBe("tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,");
    expect(lines[1]).toBe("        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29], shape=[30],");
    expect(lines[2]).toBe("       dtype=int32)");
  });

  test("the middle is left out beyond 1000 elements", () => {
    expect(String(arange(1000))).toContain(" 500,");
    expect(String(arange(1001))).toBe("tensor([   0,    1,    2,  ...,  998,  999, 1000], shape=[1001], dtype=int32)");
    expect(String(zeros([600, 2]))).toBe(
      "tensor([[0., 0.],\n        [0., 0.],\n        [0., 0.],\n        ...,\n        [0., 0.],\n        [0., 0.],\n        [0., 0.]], shape=[600, 2])",
    );
  });

  test("notebooks get the same text", () => {
    const display = (tensor([1]) as unknown as Record<symbol, () => object>)[Symbol.for("Jupyter.display")]!;
    expect(display.call(tensor([1, 2]))).toEqual({ "text/plain": "tensor([1., 2.], shape=[2])" });
  });
});
