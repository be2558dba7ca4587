import { manualSeed, nn, noGrad, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { sample } from "../tensor/helpers.js";

const { PackedSequence, packPaddedSequence, padPackedSequence } = nn.utils.rnn;

const LENGTHS = [2, 5, 3];
const pack = (x: Tensor) => packPaddedSequence(x, LENGTHS, { enforceSorted: false });
const tokens = tensor([4, 1, 0, 0, 0, 3, 2, 4, 1, 1, 0, 0, 2, 0, 0], { shape: [3, 5], dtype: "int32" }).transpose(0, 1);

type Packs = { forward(input: nn.utils.rnn.PackedSequence): nn.utils.rnn.PackedSequence; forward(input: Tensor): Tensor };

const layers: [string, () => nn.Module & Packs][] = [
  ["Linear", () => new nn.Linear(7, 3)],
  ["LayerNorm", () => new nn.LayerNorm(7)],
  ["RMSNorm", () => new nn.RMSNorm(7)],
  ["ReLU", () => new nn.ReLU()],
  ["Tanh", () => new nn.Tanh()],
  ["Sigmoid", () => new nn.Sigmoid()],
  ["GELU", () => new nn.GELU()],
  ["SiLU", () => new nn.SiLU()],
  ["Softmax", () => new nn.Softmax(-1)],
  ["LogSoftmax", () => new nn.LogSoftmax(1)],
  ["Sequential", () => new nn.Sequential(new nn.Linear(7, 5), new nn.LayerNorm(5), new nn.Tanh(), new nn.Linear(5, 2))],
];

describe.each(layers)("%s", (_, make) => {
  test("works on packed steps as on padded ones, forward and backward", () => {
    manualSeed(1);
    const layer = make();
    const leaves = [sample([5, 3, 7], 2).requiresGrad_(), sample([5, 3, 7], 2).requiresGrad_()] as const;
    const upstream = pack(sample([5, 3, layer.forward(sample([1, 7], 1)).shape.at(-1)!], 3));

    const packed = pack(leaves[0]);
    const result = layer.forward(packed);
    expect(result).toBeInstanceOf(PackedSequence);
    expect([result.batchSizes, result.sortedIndices]).toEqual([packed.batchSizes, packed.sortedIndices]);
    result.data.mul(upstream.data).sum().backward();
    const gradients = layer.parameters().map((parameter) => [...parameter.grad!.data]);
    layer.zeroGrad();

    // Each step by itself, so that a layer that works along time would show.
    const expected = pack(leaves[1])
      .data.unbind(0)
      .map((row) => layer.forward(row.unsqueeze(0)));
    expect([...result.data.data]).toEqual(expected.flatMap((row) => [...row.data]));
    for (const [at, row] of expected.entries())
      row
        .mul(upstream.data.narrow(0, at, 1))
        .sum()
        .backward();
    expect([...leaves[0].grad!.data]).toEqual([...leaves[1].grad!.data]);
    for (const [index, parameter] of layer.parameters().entries()) {
      for (const [at, value] of parameter.grad!.data.entries()) expect(gradients[index]![at]).toBeCloseTo(value, 4);
    }
  });
});

test("Embedding looks up packed tokens", () => {
  const embedding = new nn.Embedding(5, 4);
  const packed = pack(tokens);
  const result = embedding.forward(packed);
  expect(result.data.toArray()).toEqual(embedding.forward(packed.data).toArray());
  expect(padPackedSequence(result)[0].shape).toEqual([5, 3, 4]);
  result.data.sum().backward();
  const counts = [0, 1, 2, 3, 4].map((token) => [...packed.data.data].filter((each) => each === token).length);
  expect(embedding.weight.grad!.toArray()).toEqual(counts.map((count) => [count, count, count, count]));
});

test("Dropout draws one mask for the packed steps, and is away in evaluation", () => {
  const dropout = new nn.Dropout(0.4);
  const packed = pack(sample([5, 3, 7], 1));
  manualSeed(3);
  const expected = nn.functional.dropout(packed.data, { p: 0.4 });
  manualSeed(3);
  expect(dropout.forward(packed).data.data).toEqual(expected.data);
  dropout.eval();
  expect(dropout.forward(packed).data.data).toEqual(packed.data.data);
});

test("a whole model runs packed, from tokens to the loss", () => {
  manualSeed(4);
  const [embedding, lstm] = [new nn.Embedding(5, 4), new nn.LSTM(4, 6, { bidirectional: true })];
  const head = new nn.Sequential(new nn.LayerNorm(12), new nn.Linear(12, 5));
  const [output] = lstm.forward(embedding.forward(pack(tokens)));
  const loss = new nn.CrossEntropyLoss().forward(head.forward(output), pack(tokens));
  // The same with padding, whose steps are ignored.
  const [padded] = padPackedSequence(output);
  const targets = padPackedSequence(pack(tokens), { paddingValue: -100 })[0];
  const expected = nn.functional.crossEntropy(head.forward(padded).reshape([-1, 5]), targets.reshape([-1]));
  expect(loss.item()).toBeCloseTo(expected.item(), 5);
  loss.backward();
  for (const parameter of [embedding, lstm, head].flatMap((module) => module.parameters())) expect(parameter.grad).not.toBeNull();
});

const floats = () => [pack(sample([5, 3, 4], 1, [0.1, 0.9])), pack(sample([5, 3, 4], 2, [0.1, 0.9]))] as const;
const classes = () => [pack(sample([5, 3, 5], 1)), pack(tokens)] as const;
type Loss = nn.Module & {
  forward(input: nn.utils.rnn.PackedSequence, target: nn.utils.rnn.PackedSequence): Tensor;
  forward(input: Tensor, target: Tensor): Tensor;
};

const losses: [string, (reduction: "mean" | "none") => Loss, typeof floats | typeof classes][] = [
  ["MSELoss", (reduction) => new nn.MSELoss({ reduction }), floats],
  ["L1Loss", (reduction) => new nn.L1Loss({ reduction }), floats],
  ["SmoothL1Loss", (reduction) => new nn.SmoothL1Loss({ reduction }), floats],
  ["HuberLoss", (reduction) => new nn.HuberLoss({ reduction }), floats],
  ["BCELoss", (reduction) => new nn.BCELoss({ reduction }), floats],
  ["BCEWithLogitsLoss", (reduction) => new nn.BCEWithLogitsLoss({ reduction }), floats],
  ["KLDivLoss", (reduction) => new nn.KLDivLoss({ reduction }), floats],
  ["CrossEntropyLoss", (reduction) => new nn.CrossEntropyLoss({ reduction }), classes],
  ["NLLLoss", (reduction) => new nn.NLLLoss({ reduction }), classes],
];

describe.each(losses)("%s", (name, make, pairOf) => {
  test("of packed input and target is that of their steps", () => {
    const [input, target] = pairOf();
    for (const reduction of ["mean", "none"] as const) {
      expect(make(reduction).forward(input, target).data).toEqual(make(reduction).forward(input.data, target.data).data);
    }
  });

  test("refuses what is packed in another way", () => {
    const [input, target] = pairOf();
    const loss = make("mean");
    const other = new PackedSequence(target.data, target.batchSizes, [0, 1, 2]);
    const before = loss.forward(input, target).data;
    expect(() => loss.forward(input, other)).toThrow(
      `${name}.forward: target must be packed as the input, got other batchSizes or another order; pack both with the same lengths`,
    );
    expect(() => loss.forward(input, target.data as never)).toThrow(
      `${name}.forward: input and target must be packed both, or neither, got only the input`,
    );
    expect(() => loss.forward(input.data as never, target)).toThrow("got only the target");
    expect(loss.forward(input, target).data).toEqual(before);
  });
});

describe("what would mix the steps is refused", () => {
  const flat = pack(sample([5, 3], 1));
  test.each<[string, () => unknown]>([
    [
      "Linear.forward: input.data must be of at least 2 dimensions, the first of which are the rows, got [10]",
      () => new nn.Linear(10, 2).forward(flat),
    ],
    [
      "LayerNorm.forward: input.data must be of at least 2 dimensions, the first of which are the rows, got [10]",
      () => new nn.LayerNorm(10).forward(flat),
    ],
    ["RMSNorm.forward: input.data must be of at least 2 dimensions", () => new nn.RMSNorm(10).forward(flat)],
    [
      "Softmax.forward: dim must be another than the rows of a packed sequence, got 0; the last dimension is -1",
      () => new nn.Softmax(0).forward(flat),
    ],
    ["LogSoftmax.forward: dim must be another than the rows of a packed sequence, got -1", () => new nn.LogSoftmax(-1).forward(flat)],
    ["Flatten.forward: input must be a tensor, got an object", () => new nn.Flatten().forward(flat as never)],
    ["ReLU.forward: input must be a tensor or a PackedSequence, got [1]", () => new nn.ReLU().forward([1] as never)],
  ])("%s", (message, call) => {
    expect(call).toThrow(message);
    expect(noGrad(() => new nn.Tanh().forward(flat)).data.shape).toEqual([10]);
  });
});
