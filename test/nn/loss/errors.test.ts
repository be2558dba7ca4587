import { nn, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { sample } from "../../tensor/helpers.js";

const { functional: F } = nn;
const classes = (values: number[], shape: number[] = [values.length]) => tensor(values, { shape, dtype: "int32" });
const integers = (shape: number[]) => zeros(shape, { dtype: "int32" });

describe("losses of input and target of one shape", () => {
  test.each<[string, (input: Tensor, target: Tensor) => Tensor]>([
    ["MSELoss.forward", (x, t) => new nn.MSELoss().forward(x, t)],
    ["L1Loss.forward", (x, t) => new nn.L1Loss().forward(x, t)],
    ["SmoothL1Loss.forward", (x, t) => new nn.SmoothL1Loss().forward(x, t)],
    ["HuberLoss.forward", (x, t) => new nn.HuberLoss().forward(x, t)],
    ["BCELoss.forward", (x, t) => new nn.BCELoss().forward(x, t)],
    ["BCEWithLogitsLoss.forward", (x, t) => new nn.BCEWithLogitsLoss().forward(x, t)],
    ["KLDivLoss.forward", (x, t) => new nn.KLDivLoss().forward(x, t)],
    ["nn.functional.mseLoss", F.mseLoss],
    ["nn.functional.l1Loss", F.l1Loss],
    ["nn.functional.smoothL1Loss", F.smoothL1Loss],
    ["nn.functional.huberLoss", F.huberLoss],
    ["nn.functional.binaryCrossEntropy", F.binaryCrossEntropy],
    ["nn.functional.binaryCrossEntropyWithLogits", F.binaryCrossEntropyWithLogits],
    ["nn.functional.klDiv", F.klDiv],
  ])("%s", (where, loss) => {
    const before = loss(zeros([2, 3]), zeros([2, 3])).data;
    expect(() => loss(zeros([2, 3]), zeros([3]))).toThrow(`${where}: target must be [2, 3], as the input, got [3]`);
    expect(() => loss(integers([2]), zeros([2]))).toThrow(
      new RegExp(`^${where}: input must be a float32 tensor, got an? int32 tensor \\[2\\]`),
    );
    expect(() => loss(zeros([2]), integers([2]))).toThrow(
      new RegExp(`^${where}: target must be a float32 tensor, got an? int32 tensor \\[2\\]`),
    );
    expect(() => loss(zeros([2]), [1, 2] as never)).toThrow(`${where}: target must be a tensor, got [1, 2]`);
    expect(() => loss(3 as never, zeros([2]))).toThrow(`${where}: input must be a tensor, got 3`);
    expect(loss(zeros([2, 3]), zeros([2, 3])).data).toEqual(before);
  });
});

describe.each<[string, (input: Tensor, target: Tensor, options?: { ignoreIndex?: number; weight?: Tensor }) => Tensor]>([
  ["CrossEntropyLoss.forward", (x, t, o) => new nn.CrossEntropyLoss(o).forward(x, t)],
  ["NLLLoss.forward", (x, t, o) => new nn.NLLLoss(o).forward(x, t)],
  ["nn.functional.crossEntropy", F.crossEntropy],
  ["nn.functional.nllLoss", F.nllLoss],
])("%s", (where, loss) => {
  const x = sample([2, 3, 4], 1);

  test.each<[string, () => Tensor, string]>([
    [
      "a class that is none",
      () => loss(x, classes([0, 1, 2, 0, 1, 3, 9, 9], [2, 4])),
      "target must be classes in [0, 2], or ignoreIndex -100, got 3 at position [1, 1]",
    ],
    [
      "a negative class",
      () => loss(sample([2, 3], 1), classes([-1, -100]), { ignoreIndex: 7 }),
      "target must be classes in [0, 2], or ignoreIndex 7, got -1 at position [0]",
    ],
    [
      "a class of a single row",
      () => loss(sample([3], 1), classes([3], [])),
      "target must be classes in [0, 2], or ignoreIndex -100, got 3",
    ],
    ["a target of a wrong shape", () => loss(x, classes([1, 2])), "target must be [2, 4], got [2]"],
    ["a target with the classes", () => loss(x, integers([2, 3, 4])), "target must be [2, 4], got [2, 3, 4]"],
    ["a scalar input", () => loss(tensor(1), classes([0], [])), "input must be [C], [N, C] or [N, C, …] with C at least 1, got []"],
    ["no classes", () => loss(zeros([2, 0]), classes([0, 0])), "input must be [C], [N, C] or [N, C, …] with C at least 1, got [2, 0]"],
    ["a weight of a wrong size", () => loss(x, integers([2, 4]), { weight: zeros([4]) }), "weight must be [3], got [4]"],
    ["an input that is no tensor", () => loss(null as never, integers([2, 4])), "input must be a tensor, got null"],
    ["a target that is no tensor", () => loss(x, [1] as never), "target must be a tensor, got [1]"],
  ])("%s", (_, call, message) => {
    const before = loss(x, integers([2, 4])).data;
    expect(call).toThrow(`${where}: ${message}`);
    expect(loss(x, integers([2, 4])).data).toEqual(before);
  });
});

test("floats where classes are needed", () => {
  expect(() => F.nllLoss(zeros([2, 3]), zeros([2]))).toThrow(
    'nn.functional.nllLoss: target must be classes as an int32 tensor, got a float32 tensor [2]; make it with { dtype: "int32" }',
  );
  expect(() => F.crossEntropy(zeros([2, 3]), zeros([2]))).toThrow(
    "nn.functional.crossEntropy: target must be classes as an int32 tensor, or probabilities in the shape of the input, " +
      'got a float32 tensor [2]; make classes with { dtype: "int32" }',
  );
});

test("probabilities out of range", () => {
  expect(() =>
    new nn.BCELoss().forward(
      tensor([
        [0.5, 1],
        [0, 1.5],
      ]),
      zeros([2, 2]),
    ),
  ).toThrow(
    // biome-ignore format: a matrix
    "BCELoss.forward: input must be probabilities, in [0, 1], got 1.5 at position [1, 1]; for logits there is BCEWithLogitsLoss",
  );
  expect(() => F.binaryCrossEntropy(tensor([Number.NaN]), zeros([1]))).toThrow(
    "nn.functional.binaryCrossEntropy: input must be probabilities, in [0, 1], got NaN at position [0]; for logits there is BCEWithLogitsLoss",
  );
});

test("weights that do not fit", () => {
  const [x, target] = [zeros([2, 3]), zeros([2, 3])];
  expect(() => new nn.BCEWithLogitsLoss({ posWeight: zeros([2]) }).forward(x, target)).toThrow(
    "BCEWithLogitsLoss.forward: shapes must be equal or broadcastable, got [2] and [2, 3]",
  );
  expect(() => new nn.BCELoss({ weight: zeros([4, 2, 3]) }).forward(x, target)).toThrow(
    "BCELoss.forward: weight must be of a shape that broadcasts to [2, 3], got [4, 2, 3]",
  );
});

test("a target that wants a gradient that there is not", () => {
  const target = sample([2, 3], 1, [0.1, 0.9]).requiresGrad_();
  const message = "target must be free of gradients, got one that requires a gradient; use target.detach()";
  const x = sample([2, 3], 2, [0.1, 0.9]);
  for (const loss of [F.binaryCrossEntropy, F.binaryCrossEntropyWithLogits, F.klDiv, F.crossEntropy]) {
    expect(() => loss(x, target)).toThrow(message);
    expect(loss(x, target.detach()).shape).toEqual([]);
  }
});

describe("options", () => {
  test.each<[string, () => unknown, string]>([
    [
      "reduction",
      () => new nn.MSELoss({ reduction: "avg" as never }),
      'nn.MSELoss: reduction must be one of "none", "mean", "sum", got "avg"',
    ],
    [
      "reduction",
      () => new nn.L1Loss({ reduction: "avg" as never }),
      'nn.L1Loss: reduction must be one of "none", "mean", "sum", got "avg"',
    ],
    [
      "batchmean",
      () => new nn.CrossEntropyLoss({ reduction: "batchmean" as never }),
      'nn.CrossEntropyLoss: reduction must be one of "none", "mean", "sum", got "batchmean"',
    ],
    [
      "reduction",
      () => new nn.KLDivLoss({ reduction: "avg" as never }),
      'nn.KLDivLoss: reduction must be one of "none", "mean", "sum", "batchmean", got "avg"',
    ],
    ["beta", () => new nn.SmoothL1Loss({ beta: -1 }), "nn.SmoothL1Loss: beta must be a finite number >= 0, got -1"],
    ["delta", () => new nn.HuberLoss({ delta: 0 }), "nn.HuberLoss: delta must be a finite number > 0, got 0"],
    [
      "labelSmoothing",
      () => new nn.CrossEntropyLoss({ labelSmoothing: 1.5 }),
      "nn.CrossEntropyLoss: labelSmoothing must be a finite number in [0, 1], got 1.5",
    ],
    [
      "ignoreIndex",
      () => new nn.NLLLoss({ ignoreIndex: 0.5 }),
      "nn.NLLLoss: ignoreIndex must be an integer in [-2147483648, 2147483647], got 0.5",
    ],
    ["logTarget", () => new nn.KLDivLoss({ logTarget: 1 as never }), "nn.KLDivLoss: logTarget must be true or false, got 1"],
    ["weight", () => new nn.BCELoss({ weight: [1] as never }), "nn.BCELoss: weight must be a tensor, got [1]"],
    ["posWeight", () => new nn.BCEWithLogitsLoss({ posWeight: 2 as never }), "nn.BCEWithLogitsLoss: posWeight must be a tensor, got 2"],
    [
      "an unknown one",
      () => new nn.CrossEntropyLoss({ ignore_index: 0 } as object),
      'nn.CrossEntropyLoss: option must be one of reduction, weight, ignoreIndex, labelSmoothing, got "ignore_index"; did you mean "ignoreIndex"?',
    ],
    [
      "of a function",
      () => F.mseLoss(zeros([1]), zeros([1]), { beta: 1 } as object),
      'nn.functional.mseLoss: option must be one of reduction, got "beta"',
    ],
  ])("%s", (_, call, message) => expect(call).toThrow(message));
});
