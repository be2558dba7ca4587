import { nn, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { checkGradients, expectClose, sample } from "../../tensor/helpers.js";

const { functional: F } = nn;
const classes = (values: number[], shape: number[] = [values.length]) => tensor(values, { shape, dtype: "int32" });
const reductions = ["none", "mean", "sum"] as const;

/** Numbers in (0, 1). */
const probabilities = (shape: number[], seed: number) => sample(shape, seed, [0.1, 0.9]);

describe.each(reductions)("gradients, reduction %s", (reduction) => {
  const target = sample([3, 5], 2);

  test.each<[string, (x: Tensor) => Tensor, Tensor]>([
    ["mseLoss", (x) => F.mseLoss(x, target, { reduction }), sample([3, 5], 1)],
    ["l1Loss", (x) => F.l1Loss(x, target, { reduction }), sample([3, 5], 1)],
    ["smoothL1Loss", (x) => F.smoothL1Loss(x, target, { reduction, beta: 0.7 }), sample([3, 5], 1)],
    ["huberLoss", (x) => F.huberLoss(x, target, { reduction, delta: 0.6 }), sample([3, 5], 1)],
    [
      "binaryCrossEntropy",
      (x) => F.binaryCrossEntropy(x, probabilities([3, 5], 2), { reduction, weight: sample([3, 1], 3) }),
      probabilities([3, 5], 1),
    ],
    [
      "binaryCrossEntropyWithLogits",
      (x) => F.binaryCrossEntropyWithLogits(x, probabilities([3, 5], 2), { reduction, weight: sample([5], 3), posWeight: sample([1], 4) }),
      sample([3, 5], 1),
    ],
    ["klDiv", (x) => F.klDiv(x, probabilities([3, 5], 2), { reduction }), sample([3, 5], 1)],
    ["klDiv of logarithms", (x) => F.klDiv(x, target, { reduction, logTarget: true }), sample([3, 5], 1)],
    ["nllLoss [C]", (x) => F.nllLoss(x, classes([4], []), { reduction }), sample([6], 1)],
    [
      "nllLoss [N, C, 2, 3]",
      (x) => F.nllLoss(x, classes([0, 1, 2, 3, 3, 2, 1, 0, 3, 1, 0, 2], [2, 2, 3]), { reduction }),
      sample([2, 4, 2, 3], 1),
    ],
    ["crossEntropy [C]", (x) => F.crossEntropy(x, classes([4], []), { reduction, labelSmoothing: 0.2 }), sample([6], 1)],
    [
      "crossEntropy [N, C, T], weighted and smoothed",
      (x) => F.crossEntropy(x, classes([3, 0, -100, 1, 2, 2], [2, 3]), { reduction, labelSmoothing: 0.3, weight: probabilities([4], 3) }),
      sample([2, 4, 3], 1),
    ],
    [
      "crossEntropy of probabilities [N, C, T], weighted and smoothed",
      (x) => F.crossEntropy(x, probabilities([2, 4, 3], 2), { reduction, labelSmoothing: 0.3, weight: probabilities([4], 3) }),
      sample([2, 4, 3], 1),
    ],
    ["crossEntropy of probabilities [C]", (x) => F.crossEntropy(x, probabilities([4], 2), { reduction }), sample([4], 1)],
  ])("%s", (_, loss, input) => checkGradients((x) => loss(x!), [input], 3e-3));

  test("of the target of a distance, minus that of the input", () => {
    const losses = [F.mseLoss, F.l1Loss, F.smoothL1Loss, F.huberLoss];
    for (const loss of losses) checkGradients((x, t) => loss(x!, t!, { reduction }), [sample([3, 5], 1), target], 3e-3);
  });
});

test("the classes of [N, C, T] and of its rows are the same", () => {
  const x = sample([2, 4, 3], 1);
  const target = classes([3, 0, 2, 1, -100, 3], [2, 3]);
  const rows = x.permute([0, 2, 1]).reshape([-1, 4]);
  const weight = probabilities([4], 2);
  for (const reduction of reductions) {
    for (const loss of [F.crossEntropy, F.nllLoss]) {
      const expected = loss(rows, target.reshape([-1]), { reduction, weight });
      expect(loss(x, target, { reduction, weight }).data).toEqual(expected.data);
    }
  }
});

test("negative log likelihood of logSoftmax is cross entropy", () => {
  const [x, target] = [sample([4, 6], 1), classes([5, 0, -100, 2])];
  expectClose(F.nllLoss(x.logSoftmax(1), target), F.crossEntropy(x, target).data);
});

test("targets to be ignored have no part in value, mean and gradient", () => {
  const x = sample([3, 4], 1).requiresGrad_();
  const loss = new nn.CrossEntropyLoss({ ignoreIndex: 2, labelSmoothing: 0.1 }).forward(x, classes([1, 2, 3]));
  loss.backward();
  const others = tensor([x.toArray() as number[][]].flatMap(([first, , third]) => [first!, third!])).requiresGrad_();
  const expected = F.crossEntropy(others, classes([1, 3]), { labelSmoothing: 0.1 });
  expected.backward();
  expect(loss.item()).toBe(expected.item());
  const [first, third] = others.grad!.toArray() as number[][];
  expect(x.grad!.toArray()).toEqual([first, [0, 0, 0, 0], third]);
});

test("the class to be ignored may be any integer", () => {
  const x = sample([3, 4], 1);
  for (const loss of [F.crossEntropy, F.nllLoss]) {
    const expected = loss(x, classes([1, -100, 3])).item();
    expect(loss(x, classes([1, -1, 3]), { ignoreIndex: -1 }).item()).toBe(expected);
    expect(loss(x, classes([1, 255, 3]), { ignoreIndex: 255 }).item()).toBe(expected);
  }
});

test("if all targets are ignored the mean is NaN and the sum 0, as in PyTorch", () => {
  const x = sample([2, 4], 1);
  for (const loss of [F.crossEntropy, F.nllLoss]) {
    expect(loss(x, classes([-100, -100])).item()).toBeNaN();
    expect(loss(x, classes([-100, -100]), { reduction: "sum" }).item()).toBe(0);
  }
});

test("of nothing the mean is NaN, the sum 0, and the gradient empty", () => {
  const x = zeros([0, 4], { requiresGrad: true });
  const losses = [
    (reduction: "mean" | "sum") => F.mseLoss(x, zeros([0, 4]), { reduction }),
    (reduction: "mean" | "sum") => F.crossEntropy(x, classes([]), { reduction }),
    (reduction: "mean" | "sum") => F.nllLoss(x, classes([]), { reduction }),
  ];
  for (const loss of losses) {
    expect(loss("mean").item()).toBeNaN();
    const sum = loss("sum");
    sum.backward();
    expect(sum.item()).toBe(0);
    expect(x.grad!.shape).toEqual([0, 4]);
  }
});

test("batchmean divides by the first dimension", () => {
  const [x, target] = [sample([3, 5], 1), probabilities([3, 5], 2)];
  const sum = F.klDiv(x, target, { reduction: "sum" }).item();
  expect(new nn.KLDivLoss({ reduction: "batchmean" }).forward(x, target).item()).toBeCloseTo(sum / 3, 6);
});

test("smoothL1Loss with beta 0 is l1Loss", () => {
  const [x, target] = [sample([3, 5], 1), sample([3, 5], 2)];
  expect(F.smoothL1Loss(x, target, { beta: 0 }).data).toEqual(F.l1Loss(x, target).data);
});

test("probabilities of exactly 0 and 1 have a finite loss", () => {
  const losses = F.binaryCrossEntropy(tensor([0, 1, 0, 1]), tensor([1, 0, 0, 1]), { reduction: "none" });
  expect(losses.add(0).toArray()).toEqual([100, 100, 0, 0]); // + 0 makes 0 of -0
});

test("weights are buffers, under PyTorch's names", () => {
  const [weight, posWeight] = [tensor([1, 2]), tensor([3])];
  expect(Object.keys(new nn.BCEWithLogitsLoss({ weight, posWeight }).stateDict())).toEqual(["weight", "pos_weight"]);
  expect(new nn.CrossEntropyLoss({ weight }).stateDict()["weight"]!.toArray()).toEqual([1, 2]);
  expect(new nn.NLLLoss().stateDict()).toEqual({});
  expect(Object.keys(new nn.BCELoss({ weight }).stateDict())).toEqual(["weight"]);
});

test("values that change before backward are an error", () => {
  const x = sample([2, 3], 1).requiresGrad_();
  const target = classes([1, 2]);
  const loss = F.crossEntropy(x, target);
  target.zero_();
  expect(() => loss.backward()).toThrow("the values that crossEntropy needs must be as they were");
});

test("backward twice, with retainGraph, gives twice the gradient", () => {
  const x = sample([2, 3], 1).requiresGrad_();
  const loss = F.crossEntropy(x, classes([1, 2]));
  loss.backward(undefined, { retainGraph: true });
  const once = x.grad!.data;
  loss.backward();
  expect([...x.grad!.data]).toEqual([...once].map((value) => 2 * value));
  expect(() => loss.backward()).toThrow("the graph must be whole, got a graph whose crossEntropy was freed by an earlier backward");
});
