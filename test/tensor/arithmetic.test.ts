import { cat, full, type Tensor, tensor, where } from "unrolled";
import { describe, expect, test } from "vitest";
import { at, indices, ints, sample } from "./helpers.js";

const f = Math.fround;

describe("arithmetic", () => {
  const a = sample([2, 3, 5], 1);
  const b = sample([3, 1], 2);
  const operations: [name: string, tensors: (x: Tensor, y: Tensor) => Tensor, numbers: (x: number, y: number) => number][] = [
    ["add", (x, y) => x.add(y), (x, y) => x + y],
    ["sub", (x, y) => x.sub(y), (x, y) => x - y],
    ["mul", (x, y) => x.mul(y), (x, y) => x * y],
    ["div", (x, y) => x.div(y), (x, y) => x / y],
    ["eq", (x, y) => x.eq(y), (x, y) => Number(x === y)],
    ["ne", (x, y) => x.ne(y), (x, y) => Number(x !== y)],
    ["lt", (x, y) => x.lt(y), (x, y) => Number(x < y)],
    ["le", (x, y) => x.le(y), (x, y) => Number(x <= y)],
    ["gt", (x, y) => x.gt(y), (x, y) => Number(x > y)],
    ["ge", (x, y) => x.ge(y), (x, y) => Number(x >= y)],
  ];

  test.each(operations)("%s broadcasts either side, and rounds each result once", (_, tensors, numbers) => {
    const right = tensors(a, b);
    const left = tensors(b, a);
    expect([right.shape, left.shape]).toEqual([
      [2, 3, 5],
      [2, 3, 5],
    ]);
    for (const [p, q, r] of indices([2, 3, 5]) as [number, number, number][]) {
      expect(at(right, p, q, r)).toBe(f(numbers(at(a, p, q, r), at(b, q, 0))));
      expect(at(left, p, q, r)).toBe(f(numbers(at(b, q, 0), at(a, p, q, r))));
    }
  });

  test.each(operations)("%s with a number, which is a float first", (_, tensors, numbers) => {
    const result = tensors(a, 0.1 as never);
    expect([...result.data]).toEqual([...a.data].map((value) => f(numbers(value, f(0.1)))));
  });

  test("both sides broadcast", () => {
    expect(
      tensor([[1], [2]])
        .add(tensor([10, 20, 30]))
        .toArray(),
    ).toEqual([
      [11, 21, 31],
      [12, 22, 32],
    ]);
    expect(
      tensor([[[1], [2]]])
        .mul(tensor([[[1, 2]], [[3, 4]]]))
        .toArray(),
    ).toEqual([
      [
        [1, 2],
        [2, 4],
      ],
      [
        [3, 4],
        [6, 8],
      ],
    ]);
  });

  test("empty tensors stay empty", () => {
    expect(tensor([]).add(1).shape).toEqual([0]);
    expect(tensor([], { shape: [0, 3] }).mul(tensor([1, 2, 3])).shape).toEqual([0, 3]);
    expect(
      tensor([], { shape: [2, 0] })
        .sum(1)
        .toArray(),
    ).toEqual([0, 0]);
  });

  test("masks compare with NaN as IEEE says", () => {
    const x = tensor([Number.NaN, 1]);
    expect([x.eq(x), x.ne(x), x.lt(2), x.gt(2), x.le(1), x.ge(1)].map((mask) => mask.toArray())).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [0, 1],
    ]);
    expect(x.eq(1).dtype).toBe("int32");
  });

  test("alpha scales what is added", () => {
    expect(
      tensor([1])
        .add(tensor([2]), { alpha: 3 })
        .item(),
    ).toBe(7);
    expect(tensor([1]).sub(2, { alpha: 3 }).item()).toBe(-5);
  });
});

describe("dtypes", () => {
  test("integers with integers stay integers, but for division", () => {
    const [x, y] = [ints([7, -7]), ints([2, 2])];
    for (const result of [x.add(y), x.sub(y), x.mul(y), x.neg(), x.abs(), x.pow(2), x.sum(), x.cumsum(0), x.clamp({ max: 3 }), x.relu()]) {
      expect(result.dtype).toBe("int32");
    }
    expect(x.div(y).toArray()).toEqual([3.5, -3.5]);
    expect(x.add(1).dtype).toBe("int32");
    expect([x.add(0.5).dtype, x.clamp({ max: 0.5 }).dtype, x.exp().dtype, x.sqrt().dtype]).toEqual(Array(4).fill("float32"));
  });

  test("integers with floats become floats", () => {
    const sum = ints([1, 2]).add(tensor([0.5, 0.5]));
    expect([sum.dtype, sum.toArray()]).toEqual(["float32", [1.5, 2.5]]);
    expect(cat([ints([1]), tensor([0.5])]).toArray()).toEqual([1, 0.5]);
    expect(
      ints([2, 3])
        .mul(tensor([1.5]))
        .toArray(),
    ).toEqual([3, 4.5]);
  });

  test("integers wrap as 32 bits do", () => {
    expect(
      ints([2 ** 31 - 1])
        .add(1)
        .item(),
    ).toBe(-(2 ** 31));
    expect(ints([123456789]).mul(987654321).item()).toBe(Math.imul(123456789, 987654321));
    expect(ints([7]).pow(30).item()).toBe(Number(BigInt.asIntN(32, 7n ** 30n)));
    expect(
      ints([-3, 2, 0])
        .pow(ints([3, 10, 0]))
        .toArray(),
    ).toEqual([-27, 1024, 1]);
  });

  test("numbers that int32 cannot hold make floats", () => {
    const x = ints([1, -1]);
    const mask = ints([1, 0]);
    for (const result of [x.add(3e9), x.mul(2 ** 31), x.clamp({ max: 3e9 }), where(mask, x, 3e9)]) expect(result.dtype).toBe("float32");
    expect(where(mask, x, 3e9).toArray()).toEqual([1, 3e9]);
    expect(x.add(-(2 ** 31)).dtype).toBe("int32");
  });

  test("floats become int32 where that can hold them, cut towards zero", () => {
    expect(tensor([1.9, -1.9, -(2 ** 31), 2 ** 31 - 1], { dtype: "int32" }).toArray()).toEqual([1, -1, -(2 ** 31), 2 ** 31 - 1]);
    expect(full([1], 1.5, { dtype: "int32" }).item()).toBe(1);
  });

  test("to converts, towards zero", () => {
    expect(tensor([1.9, -1.9, 3]).to("int32").toArray()).toEqual([1, -1, 3]);
    expect(ints([1, 2]).to("float32").dtype).toBe("float32");
    const x = tensor([1]);
    expect(x.to("float32")).toBe(x);
  });
});
