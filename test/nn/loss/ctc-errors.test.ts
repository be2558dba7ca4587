import { nn, type Tensor, tensor, zeros } from "unrolled";
import { expect, test } from "vitest";
import { sample } from "../../tensor/helpers.js";

const ints = (values: number[], shape: number[] = [values.length]) => tensor(values, { shape, dtype: "int32" });
const x = sample([7, 3, 5], 2).logSoftmax(-1);
const targets = ints([1, 1, 4, 3, 0, 0, 2, 4, 0], [3, 3]);
// biome-ignore lint/suspicious/noExplicitAny: what JavaScript callers may pass
const loose = (value: unknown): any => value;

interface Call {
  readonly input?: Tensor;
  readonly targets?: Tensor;
  readonly inputs?: nn.functional.Lengths;
  readonly labels?: nn.functional.Lengths;
  readonly options?: nn.functional.CTCLossOptions;
}

const given = (call: Call) => [call.input ?? x, call.targets ?? targets, call.inputs ?? [7, 5, 6], call.labels ?? [3, 1, 2]] as const;
const asFunction = (call: Call) => nn.functional.ctcLoss(...given(call), call.options);
const asModule = (call: Call) => new nn.CTCLoss(call.options).forward(...given(call));

test.each<[string, Call]>([
  ["logProbs must be [T, N, C] or [T, C], and not empty, got [5]", { input: zeros([5]) }],
  ["logProbs must be [T, N, C] or [T, C], and not empty, got [0, 3, 5]", { input: zeros([0, 3, 5]) }],
  ["logProbs must be [T, N, C] or [T, C], and not empty, got [7, 0, 5]", { input: zeros([7, 0, 5]), inputs: [], labels: [] }],
  ["logProbs must be a float32 tensor, got an int32 tensor [7, 3, 5]", { input: zeros([7, 3, 5], { dtype: "int32" }) }],
  ["logProbs must be a tensor, got 1", { input: loose(1) }],
  ["inputLengths must be one for each of the 3 sequences, got 2 of them", { inputs: [7, 5] }],
  ["targetLengths must be one for each of the 3 sequences, got 1 of them", { labels: 3 }],
  ["inputLengths[1] must be an integer in [0, 7], got 8", { inputs: [7, 8, 6] }],
  ["inputLengths[2] must be an integer in [0, 7], got -1", { inputs: ints([7, 5, -1]) }],
  ["inputLengths[0] must be an integer in [0, 7], got 1.5", { inputs: [1.5, 1, 1] }],
  ["targetLengths[2] must be an integer >= 0, got -2", { labels: [3, 1, -2] }],
  ["targetLengths[0] must be at most S, 3, got 4", { labels: [4, 1, 2] }],
  ["inputLengths must be an int32 tensor, got a float32 tensor [3]", { inputs: tensor([7, 5, 6]) }],
  ['inputLengths must be an array of numbers or an int32 tensor, got "7"', { inputs: loose("7") }],
  ["targets must be [3, S], or [6], the sum of targetLengths, got [5]", { targets: ints([1, 1, 4, 3, 2]) }],
  ["targets must be [3, S], or [6], the sum of targetLengths, got [2, 3]", { targets: ints([1, 1, 4, 3, 2, 4], [2, 3]) }],
  ["targets must be an int32 tensor, got a float32 tensor [3, 3]", { targets: zeros([3, 3]) }],
  [
    "targets must be classes in [0, 4] other than the blank, 0, got 5 at position [1, 0]",
    { targets: ints([1, 1, 4, 5, 0, 0, 2, 4, 0], [3, 3]) },
  ],
  [
    "targets must be classes in [0, 4] other than the blank, 0, got 0 at position [2, 1]",
    { targets: ints([1, 1, 4, 3, 0, 0, 2, 0, 4], [3, 3]) },
  ],
  [
    "targets must be classes in [0, 4] other than the blank, 2, got 2 at position [4]",
    { targets: ints([1, 1, 4, 3, 2, 4]), options: { blank: 2 } },
  ],
  ["blank must be a class in [0, 4], got 5", { options: { blank: 5 } }],
])("%s", (message, call) => {
  const before = asFunction({}).data;
  expect(() => asFunction(call)).toThrow(`nn.functional.ctcLoss: ${message}`);
  expect(() => asModule(call)).toThrow(`CTCLoss.forward: ${message}`);
  expect(asFunction({}).data, "the next call gives the same bits").toEqual(before);
});

test.each<[string, object]>([
  ["blank must be an integer >= 0, got -1", { blank: -1 }],
  ['reduction must be one of "none", "mean", "sum", got "average"', { reduction: "average" }],
  ["zeroInfinity must be true or false, got 1", { zeroInfinity: 1 }],
  ['option must be one of reduction, blank, zeroInfinity, got "zero_infinity"; did you mean "zeroInfinity"?', { zero_infinity: true }],
])("%s", (message, options) => {
  expect(() => new nn.CTCLoss(options)).toThrow(`nn.CTCLoss: ${message}`);
  expect(() => asFunction({ options })).toThrow(`nn.functional.ctcLoss: ${message}`);
});

test("a target without a batch has its own shape", () => {
  expect(() => nn.functional.ctcLoss(x.select(1, 0), ints([1, 2, 3]), 7, 2)).toThrow(
    "nn.functional.ctcLoss: targets must be [S], S being 2 as targetLengths says, got [3]",
  );
});
