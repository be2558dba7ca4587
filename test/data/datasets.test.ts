import { data, OptionError, ShapeError, tensor, zeros } from "unrolled";
import { describe, expect, test, vi } from "vitest";

const letters = ["a", "b", "c", "d", "e"];

describe("TensorDataset", () => {
  test("gives what is at an index in each tensor", () => {
    const dataset = new data.TensorDataset(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      tensor([7, 8, 9]),
    );
    expect(dataset.length).toBe(3);
    expect(dataset.get(1).map((each) => each.toArray())).toEqual([[3, 4], 8]);
  });

  test.each<[string, () => unknown, string]>([
    ["none", () => new data.TensorDataset(), "data.TensorDataset: tensors must be at least one, got none"],
    ["no tensor", () => new data.TensorDataset(3 as never), "data.TensorDataset: tensors[0] must be a tensor, got 3"],
    ["a scalar", () => new data.TensorDataset(tensor(1)), "data.TensorDataset: tensors[0] must be of at least one dimension, got []"],
    [
      "another length",
      () => new data.TensorDataset(zeros([2, 3]), zeros([3])),
      "data.TensorDataset: tensors[1] must be [2, …] as tensors[0], got [3]",
    ],
    ["an index", () => new data.TensorDataset(zeros([2])).get(2), "data.TensorDataset.get: index must be an integer in [0, 2), got 2"],
    ["below 0", () => new data.TensorDataset(zeros([2])).get(-1), "data.TensorDataset.get: index must be an integer in [0, 2), got -1"],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));

  test("says by its class what is wrong", () => {
    expect(() => new data.TensorDataset(zeros([2]), zeros([3]))).toThrow(ShapeError);
    expect(() => new data.TensorDataset()).toThrow(OptionError);
  });
});

describe("Subset", () => {
  test("takes samples in the order of its indices, also of promises", async () => {
    const subset = new data.Subset(letters, [3, 0, 3]);
    expect([subset.length, subset.get(0), subset.get(1), subset.get(2)]).toEqual([3, "d", "a", "d"]);
    const promised = new data.Subset({ length: 5, get: async (index: number) => letters[index] }, [2]);
    await expect(promised.get(0)).resolves.toBe("c");
  });

  test.each<[string, () => unknown, string]>([
    ["no dataset", () => new data.Subset(3 as never, []), "data.Subset: dataset must be { length, get(index) } or an array, got 3"],
    ["no indices", () => new data.Subset(letters, 3 as never), "data.Subset: indices must be an array of numbers, got 3"],
    ["an index", () => new data.Subset(letters, [0, 5]), "data.Subset: indices[1] must be an integer in [0, 5), got 5"],
    ["a place", () => new data.Subset(letters, [0]).get(1), "data.Subset.get: index must be an integer in [0, 1), got 1"],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});

describe("ConcatDataset", () => {
  test("puts datasets one after the other, empty ones between them", () => {
    const all = new data.ConcatDataset([["a", "b"], [], { length: 3, get: (index) => `c${index}` }]);
    expect(all.length).toBe(5);
    expect([0, 1, 2, 3, 4].map((index) => all.get(index))).toEqual(["a", "b", "c0", "c1", "c2"]);
  });

  test.each<[string, () => unknown, string]>([
    ["none", () => new data.ConcatDataset([]), "data.ConcatDataset: datasets must be an array of at least one dataset, got []"],
    ["no list", () => new data.ConcatDataset(3 as never), "data.ConcatDataset: datasets must be an array of at least one dataset, got 3"],
    ["no dataset", () => new data.ConcatDataset([letters, 3 as never]), "data.ConcatDataset: datasets[1] must be { length, get(index) }"],
    ["an index", () => new data.ConcatDataset([letters]).get(5), "data.ConcatDataset.get: index must be an integer in [0, 5), got 5"],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});

describe("randomSplit", () => {
  test("deals each sample once", () => {
    const parts = data.randomSplit(letters, [2, 3]);
    expect(parts.map(({ length }) => length)).toEqual([2, 3]);
    expect(parts.flatMap((part) => [...part.indices.keys()].map((index) => part.get(index))).sort()).toEqual(letters);
  });

  test("warns of a fraction that gets none", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(data.randomSplit([1], [0.5, 0.5]).map(({ length }) => length)).toEqual([1, 0]);
    expect(warn.mock.calls).toEqual([["unrolled: data.randomSplit: every part must be of at least one sample, got none in part 1"]]);
    warn.mockRestore();
  });

  test.each<[string, unknown, string]>([
    ["no list", 3, "data.randomSplit: lengths must be an array of numbers, got 3"],
    ["too few", [2, 2], "data.randomSplit: the sum of lengths must be 5, the number of samples, or 1 for fractions, got 4"],
    ["halves", [2.5, 2.5], "data.randomSplit: lengths[0] must be an integer >= 0, got 2.5"],
    ["below 0", [6, -1], "data.randomSplit: lengths[1] must be an integer >= 0, got -1"],
    ["a fraction below 0", [1.5, -0.5], "data.randomSplit: fractions must be in [0, 1], got -0.5"],
  ])("refuses %s", (_, lengths, message) => expect(() => data.randomSplit(letters, lengths as number[])).toThrow(message));
});

describe("samplers", () => {
  test("in order, and in batches", () => {
    const sampler = new data.SequentialSampler(letters);
    expect([sampler.length, [...sampler]]).toEqual([5, [0, 1, 2, 3, 4]]);
    const batches = new data.BatchSampler(sampler, 2, false);
    expect([batches.length, [...batches]]).toEqual([3, [[0, 1], [2, 3], [4]]]);
    const whole = new data.BatchSampler(sampler, 2, true);
    expect([whole.length, [...whole]]).toEqual([
      2,
      [
        [0, 1],
        [2, 3],
      ],
    ]);
  });

  test.each<[string, () => unknown, string]>([
    ["SequentialSampler", () => new data.SequentialSampler(3 as never), "data.SequentialSampler: dataSource must be a dataset: an object"],
    [
      "RandomSampler",
      () => new data.RandomSampler({} as never),
      "data.RandomSampler: dataSource must be a dataset: an object with a length",
    ],
    ["no samples", () => new data.RandomSampler([]), "data.RandomSampler: the length of the dataset must be an integer >= 1, got 0"],
    [
      "numSamples",
      () => new data.RandomSampler(letters, { numSamples: 0 }),
      "data.RandomSampler: numSamples must be an integer >= 1, got 0",
    ],
    [
      "replacement",
      () => new data.RandomSampler(letters, { replacement: 1 as never }),
      "data.RandomSampler: replacement must be true or false, got 1",
    ],
    [
      "generator",
      () => new data.RandomSampler(letters, { generator: 1 as never }),
      "data.RandomSampler: generator must be a Generator, got 1",
    ],
    [
      "SubsetRandomSampler",
      () => new data.SubsetRandomSampler(3 as never),
      "data.SubsetRandomSampler: indices must be an array of numbers",
    ],
    [
      "BatchSampler",
      () => new data.BatchSampler(3 as never, 1, true),
      "data.BatchSampler: sampler must be something to iterate over, got 3",
    ],
    ["batchSize", () => new data.BatchSampler([1], 0, true), "data.BatchSampler: batchSize must be an integer >= 1, got 0"],
    ["dropLast", () => new data.BatchSampler([1], 1, 1 as never), "data.BatchSampler: dropLast must be true or false, got 1"],
  ])("%s says what is wrong", (_, call, message) => expect(call).toThrow(message));
});
