import { arange, eye, full, fullLike, linspace, ones, onesLike, tensor, zeros, zerosLike } from "unrolled";
import { describe, expect, test } from "vitest";

describe("tensor", () => {
  test.each([
    [3, [], "float32"],
    [[1, 2], [2], "float32"],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
      "float32",
    ],
    [new Float32Array(2), [2], "float32"],
    [new Float64Array(2), [2], "float32"],
    [new Int8Array(2), [2], "int32"],
    [new Uint8Array(2), [2], "int32"],
    [new Uint8ClampedArray(2), [2], "int32"],
    [new Int16Array(2), [2], "int32"],
    [new Uint16Array(2), [2], "int32"],
    [new Int32Array(2), [2], "int32"],
    [[new Float32Array(3), new Float32Array(3)], [2, 3], "float32"],
    [[], [0], "float32"],
    [[[], []], [2, 0], "float32"],
  ] as const)("of %j", (values, shape, dtype) => {
    const x = tensor(values);
    expect([x.shape, x.dtype, x.requiresGrad]).toEqual([shape, dtype, false]);
    expect(x.toArray()).toEqual(
      typeof values === "number"
        ? values
        : "map" in values && Array.isArray(values)
          ? JSON.parse(JSON.stringify(values, (_, v) => (ArrayBuffer.isView(v) ? [...(v as Float32Array)] : v)))
          : [...(values as Float32Array)],
    );
  });

  test("options", () => {
    const x = tensor([1, 2, 3, 4], { shape: [2, 2], requiresGrad: true });
    expect([x.toArray(), x.requiresGrad]).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      true,
    ]);
    expect(tensor([1.7, -2], { dtype: "int32" }).toArray()).toEqual([1, -2]);
    expect(tensor(new Int32Array([1]), { dtype: "float32" }).dtype).toBe("float32");
    expect(tensor([0.1]).item()).toBe(Math.fround(0.1));
  });

  test("a shape that is changed later does not change the tensor", () => {
    const shape = [2, 1];
    const x = tensor([1, 2], { shape });
    const y = zeros(shape);
    shape[0] = 9;
    expect([x.shape, y.shape]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });
});

describe("filled tensors", () => {
  test("zeros, ones, full and eye", () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([2, 1], { dtype: "int32" }).toString()).toContain("dtype=int32");
    expect(full([2], 1.5, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(full([], 7).item()).toBe(7);
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(2, { m: 3, dtype: "int32" }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  test("like another", () => {
    const x = tensor([[1, 2]], { dtype: "int32", shape: [1, 2] });
    for (const [y, value] of [
      [zerosLike(x), 0],
      [onesLike(x), 1],
      [fullLike(x, 5), 5],
    ] as const) {
      expect([y.shape, y.dtype, y.toArray()]).toEqual([[1, 2], "int32", [[value, value]]]);
    }
    expect(onesLike(x, { dtype: "float32" }).dtype).toBe("float32");
  });
});

describe("ranges", () => {
  test("arange", () => {
    expect([arange(4).toArray(), arange(4).dtype]).toEqual([[0, 1, 2, 3], "int32"]);
    expect(arange(2, 5).toArray()).toEqual([2, 3, 4]);
    expect(arange(5, 0, { step: -2 }).toArray()).toEqual([5, 3, 1]);
    expect(arange(0, 1, { step: 0.25 }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(arange(3, { dtype: "float32" }).dtype).toBe("float32");
    expect(arange(0).shape).toEqual([0]);
  });

  test("linspace ends where it says", () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(-3, 7, 4).data.at(-1)).toBe(7);
    expect(linspace(2, 9, 1).toArray()).toEqual([2]);
    expect(linspace(0, 1, 0).shape).toEqual([0]);
  });
});
