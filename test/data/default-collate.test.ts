import { data, OptionError, ShapeError, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

const { defaultCollate } = data;

describe("makes a batch", () => {
  test("of tensors, with their gradients", () => {
    const [a, b] = [tensor([1, 2], { requiresGrad: true }), tensor([3, 4])];
    const batch = defaultCollate([a, b]);
    expect(batch.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    batch.mul(3).sum().backward();
    expect(a.grad?.toArray()).toEqual([3, 3]);
  });

  test.each<[string, (number | boolean)[], string, number[]]>([
    ["whole numbers", [1, -2, 0], "int32", [1, -2, 0]],
    ["floats", [1, 0.5], "float32", [1, 0.5]],
    ["infinity and NaN", [Number.POSITIVE_INFINITY, Number.NaN], "float32", [Number.POSITIVE_INFINITY, Number.NaN]],
    ["truths", [true, false], "int32", [1, 0]],
  ])("of %s", (_, samples, dtype, values) => {
    const batch = defaultCollate(samples);
    expect([batch.dtype, batch.toArray()]).toEqual([dtype, values]);
  });

  test("of typed arrays", () => {
    const floats = defaultCollate([new Float32Array([1, 2]), new Float32Array([3, 4])]);
    expect([floats.dtype, floats.toArray()]).toEqual([
      "float32",
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    const integers = defaultCollate([new Uint8Array([1, 2])]);
    expect([integers.dtype, integers.toArray()]).toEqual(["int32", [[1, 2]]]);
  });

  test("of texts, which stay a list", () => {
    const samples = ["a", "b"];
    expect(defaultCollate(samples)).toEqual(["a", "b"]);
    expect(defaultCollate(samples)).not.toBe(samples);
  });

  test("of arrays and objects, in each other", () => {
    const sample = (n: number) => ({ x: tensor([n]), rest: [n + 0.5, { name: `s${n}` }] as [number, { name: string }] });
    const batch = defaultCollate([sample(1), sample(2)]);
    expect([batch.x.toArray(), batch.rest[0].toArray(), batch.rest[1]]).toEqual([[[1], [2]], [1.5, 2.5], { name: ["s1", "s2"] }]);
    expect(Object.keys(batch)).toEqual(["x", "rest"]);
  });
});

describe("refuses", () => {
  test.each<[string, unknown, string]>([
    ["none", [], "data.defaultCollate: samples must be an array of at least one, got []"],
    ["no list", 3, "data.defaultCollate: samples must be an array of at least one, got 3"],
    [
      "what it does not know",
      [new Map()],
      "data.defaultCollate: every sample must be a tensor, number, boolean, string, typed array, array or plain object, got an object; " +
        "pass a collate function for others",
    ],
    ["undefined", [undefined], "data.defaultCollate: every sample must be a tensor, number, boolean, string, typed array"],
    ["null in an object", [{ a: null }], "data.defaultCollate: every sample.a must be a tensor, number"],
    [
      "tensors of different shapes",
      [zeros([2, 3]), zeros([1, 3])],
      "data.defaultCollate: every sample must be [2, 3], as the first, got [1, 3]; pad them in a collate function, with nn.utils.rnn.padSequence",
    ],
    ["typed arrays, too", [[new Float32Array(2)], [new Float32Array(3)]], "every sample[0] must be [2], as the first, got [3]; pad them"],
    ["a number among tensors", [zeros([2]), 1], "data.defaultCollate: every sample must be a tensor, as the first, got 1 as number 1"],
    ["a text among numbers", [1, 2, "3"], 'data.defaultCollate: every sample must be a number, as the first, got "3" as number 2'],
    ["a number among texts", ["1", 2], "data.defaultCollate: every sample must be a string, as the first, got 2 as number 1"],
    ["arrays of different lengths", [[1, 2], [1]], "every sample must be an array of 2, as the first, got an array of 1 as number 1"],
    ["an array among objects", [{ a: 1 }, [1]], "every sample must be a plain object, as the first, got an array of 1 as number 1"],
    ["a key that is missing", [{ a: 1 }, { b: 1 }], "every sample must be an object with a, as the first, got { b } as number 1"],
    ["integers too large", [[1], [2 ** 31]], "every whole sample[0] must be in [-2147483648, 2147483647] for int32, got 2147483648"],
  ])("%s", (_, samples, message) => expect(() => defaultCollate(samples as unknown[])).toThrow(message));

  test("by class", () => {
    expect(() => defaultCollate([zeros([1]), zeros([2])])).toThrow(ShapeError);
    expect(() => defaultCollate([1, "a"])).toThrow(OptionError);
  });
});
