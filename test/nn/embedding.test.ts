import { manualSeed, nn, noGrad, tensor, zeros } from "unrolled";
import { beforeEach, describe, expect, test } from "vitest";
import { expectClose, sample } from "../tensor/helpers.js";

const indices = (values: number[], shape: number[] = [values.length]) => tensor(values, { shape, dtype: "int32" });

beforeEach(() => {
  manualSeed(1);
});

test.each([[[]], [[4]], [[2, 2]], [[1, 2, 2]]])("rows by indices of shape %j", (shape) => {
  const embedding = new nn.Embedding(5, 3);
  const ids = shape.length === 0 ? [2] : [4, 0, 4, 1];
  const rows = embedding.weight.toArray() as number[][];
  const y = embedding.forward(indices(ids, shape));
  expect(y.shape).toEqual([...shape, 3]);
  expect([...y.data]).toEqual(ids.flatMap((id) => rows[id]!));
});

test("no indices", () => {
  expect(new nn.Embedding(5, 3).forward(indices([], [2, 0])).shape).toEqual([2, 0, 3]);
});

test("a table without rows or columns, as in PyTorch", () => {
  const none = new nn.Embedding(0, 3);
  expect(none.weight.shape).toEqual([0, 3]);
  const y = none.forward(indices([], [2, 0]));
  expect(y.shape).toEqual([2, 0, 3]);
  y.sum().backward();
  expect(none.weight.grad!.shape).toEqual([0, 3]);
  expect(() => none.forward(indices([0]))).toThrow(
    "Embedding.forward: input must be empty for a table without rows, got 0 at position [0]",
  );
  const flat = new nn.Embedding(3, 0, { paddingIdx: 1 });
  expect(flat.forward(indices([2, 1])).shape).toEqual([2, 0]);
  expect(flat.loadStateDict(flat.stateDict()).missingKeys).toEqual([]);
});

test("gradients add up where an index comes again, and over passes", () => {
  const embedding = new nn.Embedding(5, 3);
  const upstream = sample([4, 3], 1);
  const [a, b, c, d] = upstream.toArray() as number[][];
  const plus = (x: number[], y: number[]) => x.map((value, k) => Math.fround(value + y[k]!));
  embedding.forward(indices([4, 0, 4, 1])).backward(upstream);
  const none = [0, 0, 0];
  expect(embedding.weight.grad!.toArray()).toEqual([b, d, none, none, plus(a!, c!)]);
  embedding.forward(indices([0])).backward(tensor([d!]));
  expect((embedding.weight.grad!.toArray() as number[][])[0]).toEqual(plus(b!, d!));
});

test.each([2, -3])("the padding row %i is zeros and gets no gradient", (paddingIdx) => {
  const embedding = new nn.Embedding(5, 3, { paddingIdx });
  expect(embedding.paddingIdx).toBe(2);
  expect((embedding.weight.toArray() as number[][])[2]).toEqual([0, 0, 0]);
  expect((embedding.weight.toArray() as number[][]).filter((row) => row.includes(0))).toHaveLength(1);
  embedding
    .forward(indices([2, 1, 2]))
    .sum()
    .backward();
  expect((embedding.weight.grad!.toArray() as number[][]).map(([first]) => first)).toEqual([0, 1, 0, 0, 0]);
});

test("the padding row does not change the other numbers", () => {
  manualSeed(7);
  const plain = new nn.Embedding(5, 3).weight.toArray() as number[][];
  manualSeed(7);
  const padded = new nn.Embedding(5, 3, { paddingIdx: 0 }).weight.toArray() as number[][];
  expect(padded.slice(1)).toEqual(plain.slice(1));
});

test("a table that is no parameter, and a frozen one", () => {
  const table = sample([5, 3], 3).requiresGrad_();
  nn.functional
    .embedding(indices([1, 1]), table, { paddingIdx: -1 })
    .sum()
    .backward();
  expectClose(table.grad!, [0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 0);
  const embedding = new nn.Embedding(5, 3).requiresGrad_(false);
  expect(embedding.forward(indices([1])).requiresGrad).toBe(false);
});

test("a table shared with a linear head gets both gradients", () => {
  const embedding = new nn.Embedding(5, 4);
  const head = new nn.Linear(4, 5, { bias: false });
  head.weight = embedding.weight;
  head
    .forward(embedding.forward(indices([1])))
    .sum()
    .backward();
  const rows = embedding.weight.toArray() as number[][];
  const sums = [0, 1, 2, 3].map((k) => rows.reduce((sum, row) => sum + row[k]!, 0));
  const expected = rows.flatMap((_, index) => rows[1]!.map((value, k) => value + (index === 1 ? sums[k]! : 0)));
  expectClose(embedding.weight.grad!, expected, 2e-6, 1e-6);
});

test("indices that change before backward are an error", () => {
  const ids = indices([1, 2]);
  const y = new nn.Embedding(5, 3).forward(ids).sum();
  noGrad(() => ids.fill_(0));
  expect(() => y.backward()).toThrow("the values that embedding needs must be as they were");
});

describe("errors", () => {
  const embedding = new nn.Embedding(5, 3);

  test.each([
    [
      "too large an index",
      () => embedding.forward(indices([0, 1, 2, 3, 7, 9], [2, 3])),
      "Embedding.forward: input must be indices in [0, 4], got 7 at position [1, 1]",
    ],
    [
      "a negative index",
      () => embedding.forward(indices([-1])),
      "Embedding.forward: input must be indices in [0, 4], got -1 at position [0]",
    ],
    ["a scalar", () => embedding.forward(indices([5], [])), "Embedding.forward: input must be indices in [0, 4], got 5"],
    [
      "floats",
      () => embedding.forward(zeros([2])),
      'Embedding.forward: input must be an int32 tensor, got a float32 tensor [2]; make it with { dtype: "int32" }',
    ],
    ["an array", () => embedding.forward([1] as never), "Embedding.forward: input must be a tensor or a PackedSequence, got [1]"],
    [
      "a table of one dimension",
      () => nn.functional.embedding(indices([0]), zeros([3])),
      "nn.functional.embedding: weight must be [rows, dim], got [3]",
    ],
    [
      "a table without rows",
      () => nn.functional.embedding(indices([0]), zeros([0, 3])),
      "nn.functional.embedding: input must be empty for a table without rows, got 0 at position [0]",
    ],
    ["rows below 0", () => new nn.Embedding(-1, 3), "nn.Embedding: numEmbeddings must be an integer >= 0, got -1"],
    ["columns below 0", () => new nn.Embedding(3, -1), "nn.Embedding: embeddingDim must be an integer >= 0, got -1"],
    ["a padding row of no rows", () => new nn.Embedding(0, 3, { paddingIdx: 0 }), "nn.Embedding: paddingIdx must be an integer in"],
    [
      "a padding row that is none",
      () => new nn.Embedding(5, 3, { paddingIdx: 5 }),
      "nn.Embedding: paddingIdx must be an integer in [-5, 4], got 5",
    ],
    [
      "an unknown option",
      () => new nn.Embedding(5, 3, { padding_idx: 1 } as object),
      'nn.Embedding: option must be one of paddingIdx, got "padding_idx"; did you mean "paddingIdx"?',
    ],
  ])("%s", (_, call, message) => {
    const before = embedding.forward(indices([3, 0])).data;
    expect(call).toThrow(message);
    expect(embedding.forward(indices([3, 0])).data).toEqual(before);
  });
});
