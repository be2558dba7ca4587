import { Generator, manualSeed, nn, randn, type Tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { normalCdf } from "../../ts/nn/init/normal.js";

const { init } = nn;

/** Mean and standard deviation. */
function momentsOf(x: Tensor): [mean: number, std: number] {
  const values = Array.from(x.data);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

/** Σ over the columns: rows a and b multiplied. */
function products(rows: number[][]): number[][] {
  return rows.map((a) => rows.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
}

describe("distributions", () => {
  test.each<[string, (x: Tensor) => Tensor, number, number]>([
    ["uniform_", (x) => init.uniform_(x, { a: -1, b: 3 }), 1, 4 / Math.sqrt(12)],
    ["normal_", (x) => init.normal_(x, { mean: 2, std: 0.5 }), 2, 0.5],
    ["xavierUniform_", (x) => init.xavierUniform_(x, { gain: 2 }), 0, 2 * Math.sqrt(2 / 300)],
    ["xavierNormal_", (x) => init.xavierNormal_(x), 0, Math.sqrt(2 / 300)],
    ["kaimingUniform_", (x) => init.kaimingUniform_(x), 0, Math.sqrt(2 / 100)],
    ["kaimingNormal_", (x) => init.kaimingNormal_(x, { mode: "fan_out", nonlinearity: "tanh" }), 0, 5 / 3 / Math.sqrt(200)],
    // Cut off at one standard deviation: √(1 − 2·φ(1)/(2·Φ(1) − 1)) of it is left.
    [
      "truncNormal_",
      (x) => init.truncNormal_(x, { mean: 1, std: 0.5, a: 0.5, b: 1.5 }),
      1,
      0.5 * Math.sqrt(1 - 0.4839414490382867 / 0.6826894921370859),
    ],
  ])("%s has its mean and standard deviation, and counts as a change", (_, fill, mean, std) => {
    manualSeed(1);
    const x = zeros([200, 100]);
    const { version } = x.storage;
    expect(fill(x)).toBe(x);
    expect(x.storage.version).toBe(version + 1);
    const [actualMean, actualStd] = momentsOf(x);
    expect(Math.abs(actualMean - mean)).toBeLessThan((5 * std) / Math.sqrt(20_000));
    expect(Math.abs(actualStd / std - 1)).toBeLessThan(0.025);
  });

  test("numbers come from the default generator, or the given one", () => {
    manualSeed(5);
    const first = init.normal_(zeros([40])).data;
    expect(init.normal_(zeros([40]), { generator: new Generator().manualSeed(5) }).data).toEqual(first);
    manualSeed(5);
    expect(randn([40]).data).toEqual(first);
  });

  test("truncNormal_ stays within its bounds", () => {
    const { data } = init.truncNormal_(zeros([20_000]), { a: -0.3, b: 0.1 });
    expect(Math.min(...data)).toBeGreaterThanOrEqual(Math.fround(-0.3));
    expect(Math.max(...data)).toBeLessThanOrEqual(Math.fround(0.1));
    expect(Math.max(...data)).toBeGreaterThan(0.0999);
  });

  test("fans of more than two dimensions count the rest", () => {
    const x = init.kaimingNormal_(zeros([4, 3, 50, 40]));
    expect(Math.abs(momentsOf(x)[1] / Math.sqrt(2 / 6000) - 1)).toBeLessThan(0.025);
  });

  test("the normal distribution function", () => {
    // Values of Abramowitz and Stegun, table 26.1, and of the standard library of Python.
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(normalCdf(-3)).toBeCloseTo(0.0013498980316301035, 14);
    expect([normalCdf(9), normalCdf(-9)]).toEqual([1, 0]);
  });
});

describe("constants", () => {
  test("constant_, ones_, zeros_, eye_", () => {
    expect(init.constant_(zeros([2]), 1.5).toArray()).toEqual([1.5, 1.5]);
    expect(init.ones_(zeros([2])).toArray()).toEqual([1, 1]);
    expect(init.zeros_(randn([2])).toArray()).toEqual([0, 0]);
    const wide = [[1, 0, 0], [0, 1, 0]]; // biome-ignore format: a matrix
    expect(init.eye_(randn([2, 3])).toArray()).toEqual(wide);
    expect(init.eye_(randn([3, 2])).toArray()).toEqual([[1, 0], [0, 1], [0, 0]]); // biome-ignore format: a matrix
  });

  test("parameters are written without a record", () => {
    const weight = new nn.Parameter(zeros([2, 2]));
    init.ones_(weight);
    expect(weight.node).toBeNull();
    expect(weight.toArray()).toEqual([[1, 1], [1, 1]]); // biome-ignore format: a matrix
  });
});

describe("orthogonal_", () => {
  test.each([[[4, 9]], [[9, 4]], [[5, 5]], [[3, 2, 4]], [[1, 6]], [[6, 1]]])("shape %j", (shape) => {
    manualSeed(2);
    const x = init.orthogonal_(zeros(shape), { gain: 2 }).reshape([shape[0]!, -1]);
    const [rows, columns] = x.shape as [number, number];
    const short = (rows <= columns ? x : x.transpose(0, 1)).toArray() as number[][];
    for (const [i, row] of products(short).entries()) {
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 4 : 0, 5);
    }
  });

  test("is the Q of the normal numbers drawn, with a positive diagonal of R, as in PyTorch", () => {
    manualSeed(2);
    const drawn = randn([5, 3]).toArray() as number[][];
    manualSeed(2);
    const q = init.orthogonal_(zeros([5, 3])).toArray() as number[][];
    const r = [0, 1, 2].map((i) => [0, 1, 2].map((j) => q.reduce((sum, row, k) => sum + row[i]! * drawn[k]![j]!, 0)));
    for (let i = 0; i < 3; i++) {
      expect(r[i]![i]).toBeGreaterThan(0);
      for (let j = 0; j < i; j++) expect(r[i]![j]).toBeCloseTo(0, 5);
    }
  });
});

test("gains", () => {
  expect(init.calculateGain("linear")).toBe(1);
  expect(init.calculateGain("sigmoid")).toBe(1);
  expect(init.calculateGain("tanh")).toBe(5 / 3);
  expect(init.calculateGain("relu")).toBe(Math.SQRT2);
  expect(init.calculateGain("leaky_relu")).toBe(Math.sqrt(2 / (1 + 0.01 ** 2)));
  expect(init.calculateGain("leaky_relu", 0.2)).toBe(Math.sqrt(2 / (1 + 0.2 ** 2)));
  expect(init.calculateGain("selu")).toBe(0.75);
});

describe("errors", () => {
  test.each<[string, () => unknown, string]>([
    ["no tensor", () => init.ones_([1] as never), "nn.init.ones_: tensor must be a tensor, got [1]"],
    ["NaN", () => init.constant_(zeros([1]), Number.NaN), "nn.init.constant_: val must be a finite number, got NaN"],
    ["bounds in the wrong order", () => init.uniform_(zeros([1]), { a: 2 }), "nn.init.uniform_: b must be a finite number >= 2, got 1"],
    ["a negative std", () => init.normal_(zeros([1]), { std: -1 }), "nn.init.normal_: std must be a finite number >= 0, got -1"],
    ["std 0", () => init.truncNormal_(zeros([1]), { std: 0 }), "nn.init.truncNormal_: std must be a finite number > 0, got 0"],
    ["empty bounds", () => init.truncNormal_(zeros([1]), { a: 2 }), "nn.init.truncNormal_: b must be a finite number > 2, got 2"],
    ["a vector", () => init.eye_(zeros([3])), "nn.init.eye_: tensor must be [rows, columns], got [3]"],
    ["a vector", () => init.orthogonal_(zeros([3])), "nn.init.orthogonal_: tensor must be of two or more dimensions, got [3]"],
    ["a vector", () => init.xavierUniform_(zeros([3])), "nn.init.xavierUniform_: tensor must be of two or more dimensions, got [3]"],
    ["a vector", () => init.kaimingNormal_(zeros([3])), "nn.init.kaimingNormal_: tensor must be of two or more dimensions, got [3]"],
    [
      "a gain",
      () => init.xavierNormal_(zeros([3, 3]), { gain: "2" as never }),
      'nn.init.xavierNormal_: gain must be a finite number, got "2"',
    ],
    [
      "a mode",
      () => init.kaimingUniform_(zeros([3, 3]), { mode: "fanIn" as never }),
      'nn.init.kaimingUniform_: mode must be one of "fan_in", "fan_out", got "fanIn"',
    ],
    [
      "a nonlinearity",
      () => init.calculateGain("gelu" as never),
      'nn.init.calculateGain: nonlinearity must be one of "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", got "gelu"',
    ],
    [
      "an unknown option",
      () => init.normal_(zeros([1]), { stdev: 1 } as object),
      'nn.init.normal_: option must be one of mean, std, generator, got "stdev"; did you mean "std"?',
    ],
    [
      "three dimensions",
      () => init.sparse_(zeros([2, 2, 2]), { sparsity: 0.5 }),
      "nn.init.sparse_: tensor must be [rows, columns], got [2, 2, 2]",
    ],
    [
      "a sparsity",
      () => init.sparse_(zeros([2, 2]), { sparsity: 2 }),
      "nn.init.sparse_: sparsity must be a finite number in [0, 1], got 2",
    ],
    [
      "no sparsity",
      () => init.sparse_(zeros([2, 2]), {} as never),
      "nn.init.sparse_: sparsity must be a finite number in [0, 1], got undefined",
    ],
    ["a matrix", () => init.dirac_(zeros([2, 2])), "nn.init.dirac_: tensor must be of three, four or five dimensions, got [2, 2]"],
    ["groups", () => init.dirac_(zeros([3, 2, 1]), { groups: 2 }), "nn.init.dirac_: groups must be a divisor of the outputs, 3, got 2"],
    ["a generator", () => init.normal_(zeros([1]), { generator: 1 as never }), "nn.init.normal_: generator must be a Generator, got 1"],
  ])("%s", (_, call, message) => expect(call).toThrow(message));

  test("integers", () => {
    expect(() => init.normal_(zeros([2], { dtype: "int32" }))).toThrow("nn.init.normal_: tensor must be a float32 tensor, got a");
  });
});
