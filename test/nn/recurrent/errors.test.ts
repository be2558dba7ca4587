import "unrolled";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { OutOfMemoryError } from "../../../ts/errors.js";
import { GRU } from "../../../ts/nn/gru.js";
import { LSTM } from "../../../ts/nn/lstm.js";
import { RNN } from "../../../ts/nn/rnn.js";
import { packPaddedSequence } from "../../../ts/nn/utils/rnn/pack-padded-sequence.js";
import { PackedSequence } from "../../../ts/nn/utils/rnn/packed-sequence.js";
import { padPackedSequence } from "../../../ts/nn/utils/rnn/pad-packed-sequence.js";
import { spans } from "../../../ts/nn/utils/rnn/spans.js";
import { manualSeed } from "../../../ts/random/generator.js";
import { ones, tensor, zeros } from "../../../ts/tensor/create.js";

beforeEach(() => manualSeed(0));

describe("constructors", () => {
  // biome-ignore lint/suspicious/noExplicitAny: what JavaScript callers may pass
  const loose = (options: object): any => options;
  const cases: [() => unknown, string][] = [
    [() => new LSTM(0, 4), "nn.LSTM: inputSize must be an integer >= 1, got 0"],
    [() => new LSTM(3, 2.5), "nn.LSTM: hiddenSize must be an integer >= 1, got 2.5"],
    [() => new GRU(3, 4, { numLayers: 0 }), "nn.GRU: numLayers must be an integer in [1, 65536], got 0"],
    [() => new RNN(3, 4, { numLayers: 2, dropout: 1.5 }), "nn.RNN: dropout must be a finite number in [0, 1], got 1.5"],
    [() => new RNN(3, 4, { numLayers: 2, dropout: Number.NaN }), "nn.RNN: dropout must be a finite number in [0, 1], got NaN"],
    [() => new LSTM(3, 4, { projSize: 4 }), "nn.LSTM: projSize must be smaller than hiddenSize, 4, got 4"],
    [
      () => new GRU(3, 4, loose({ projSize: 2 })),
      'nn.GRU: option must be one of numLayers, bias, batchFirst, dropout, bidirectional, layerNorm, recurrentDropout, checkpointEvery, got "projSize"',
    ],
    [() => new GRU(3, 4, { checkpointEvery: -1 }), "nn.GRU: checkpointEvery must be an integer >= 0, got -1"],
    [() => new RNN(3, 4, { checkpointEvery: 2.5 }), "nn.RNN: checkpointEvery must be an integer >= 0, got 2.5"],
    [() => new LSTM(3, 4, loose({ checkpointEvery: true })), "nn.LSTM: checkpointEvery must be an integer >= 0, got true"],
    [() => new LSTM(3, 4, loose({ checkpoint_every: 2 })), 'did you mean "checkpointEvery"?'],
    [() => new LSTM(3, 4, loose({ num_layers: 2 })), 'did you mean "numLayers"?'],
    [() => new LSTM(3, 4, loose({ bias: 1 })), "nn.LSTM: bias must be true or false, got 1"],
    [() => new RNN(3, 4, loose({ nonlinearity: "sigmoid" })), 'nn.RNN: nonlinearity must be one of "tanh", "relu", got "sigmoid"'],
  ];
  test.each(cases.map(([make, message]) => ({ make, message })))("$message", ({ make, message }) => {
    expect(make).toThrow(message);
  });

  test("a network that does not fit into memory is refused by its size, and the next one works", () => {
    expect(() => new LSTM(65_536, 65_536)).toThrow(OutOfMemoryError);
    expect(new LSTM(2, 3).forward(ones([1, 1, 2]))[0].shape).toEqual([1, 1, 3]);
  });

  test("dropout with one layer is warned of", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    new LSTM(3, 4, { dropout: 0.5 });
    expect(warn).toHaveBeenCalledWith(
      "nn.LSTM: numLayers must be greater than 1 for dropout to act, got 1; dropout acts on the output of every layer but the last, so with one layer it does nothing",
    );
    warn.mockRestore();
  });
});

describe("forward", () => {
  const lstm = new LSTM(3, 4);
  const batchFirst = new GRU(3, 4, { batchFirst: true });
  const input = ones([5, 2, 3]);
  // biome-ignore lint/suspicious/noExplicitAny: what JavaScript callers may pass
  const wrong = (value: unknown): any => value;
  const cases: [string, () => unknown, string][] = [
    ["last dimension", () => lstm.forward(ones([5, 2, 4])), "LSTM.forward: input must be [T, N, 3], got [5, 2, 4]"],
    ["batch first", () => batchFirst.forward(ones([5, 2, 4])), "GRU.forward: input must be [N, T, 3], got [5, 2, 4]"],
    ["rank 1", () => lstm.forward(ones([3])), "LSTM.forward: input must be [T, N, 3] or [T, 3], got [3]"],
    ["rank 4", () => lstm.forward(ones([1, 5, 2, 3])), "LSTM.forward: input must be [T, N, 3] or [T, 3], got [1, 5, 2, 3]"],
    ["no batch", () => lstm.forward(zeros([5, 0, 3])), "LSTM.forward: the batch must be of at least one sequence, got [5, 0, 3]"],
    [
      "dtype",
      () => lstm.forward(ones([5, 2, 3], { dtype: "int32" })),
      "LSTM.forward: input must be a float32 tensor, got an int32 tensor [5, 2, 3]",
    ],
    ["no tensor", () => lstm.forward(wrong([[1, 2, 3]])), "LSTM.forward: input must be a tensor or a PackedSequence, got [[1, 2, 3]]"],
    ["state shape", () => batchFirst.forward(ones([2, 5, 3]), ones([2, 1, 4])), "GRU.forward: h0 must be [1, 2, 4], got [2, 1, 4]"],
    [
      "state pair",
      () => lstm.forward(input, wrong(ones([1, 2, 4]))),
      "LSTM.forward: state must be [h0, c0], got a float32 tensor [1, 2, 4]",
    ],
    [
      "cell state",
      () => lstm.forward(input, [ones([1, 2, 4]), ones([1, 2, 5])]),
      "LSTM.forward: state[1] must be [1, 2, 4], got [1, 2, 5]",
    ],
    ["state rank", () => lstm.forward(input, [ones([1, 4]), ones([1, 4])]), "LSTM.forward: state[0] must be [1, 2, 4], got [1, 4]"],
    [
      "unbatched",
      () => lstm.forward(ones([5, 3]), [ones([1, 1, 4]), ones([1, 1, 4])]),
      "LSTM.forward: state[0] must be [1, 4], got [1, 1, 4]",
    ],
  ];
  test.each(cases)("%s", (_, call, message) => {
    const before = [...lstm.forward(input)[0].data];
    expect(call).toThrow(message);
    expect([...lstm.forward(input)[0].data], "the next call gives the same bits").toEqual(before);
  });
});

describe("packing", () => {
  const input = ones([4, 3, 2]);
  const cases: [string, () => unknown, string][] = [
    ["number of lengths", () => packPaddedSequence(input, [4, 2]), "lengths must be one for each of the 3 sequences, got 2 of them"],
    ["negative", () => packPaddedSequence(input, [4, 2, -1]), "lengths[2] must be an integer >= 0, got -1"],
    ["too long", () => packPaddedSequence(input, [5, 2, 1]), "lengths[0] must be at most T, 4, got 5"],
    [
      "unsorted",
      () => packPaddedSequence(input, [1, 4, 2]),
      "lengths must be in decreasing order when enforceSorted is true, got [1, 4, 2]; pass { enforceSorted: false } to have them sorted",
    ],
    ["empty", () => packPaddedSequence(zeros([4, 0, 2]), []), "input must be [T, N, …] and not empty, got [4, 0, 2]"],
    [
      "total length",
      () => padPackedSequence(packPaddedSequence(input, [4, 2, 1]), { totalLength: 3 }),
      "totalLength must be at least the longest length, 4, got 3",
    ],
    ["growing sizes", () => new PackedSequence(ones([3, 2]), [1, 2]), "PackedSequence: batchSizes[1] must be an integer in [1, 1], got 2"],
    [
      "negative sizes",
      () => new PackedSequence(ones([3, 2]), [2, -1, 2]),
      "PackedSequence: batchSizes[1] must be an integer in [1, 2], got -1",
    ],
    ["broken sizes", () => new PackedSequence(ones([3, 2]), [1.5, 1.5]), "PackedSequence: batchSizes[0] must be an integer >= 1, got 1.5"],
    ["rows", () => new PackedSequence(ones([4, 2]), [2, 1]), "PackedSequence: data must be [3, …], the sum of batchSizes, got [4, 2]"],
    [
      "twice the same",
      () => new PackedSequence(ones([3, 2]), [2, 1], [0, 0]),
      "sortedIndices must be an order of the 2 sequences, got [0, 0]",
    ],
    [
      "no such sequence",
      () => new PackedSequence(ones([3, 2]), [2, 1], [7, 1]),
      "sortedIndices must be an order of the 2 sequences, got [7, 1]",
    ],
    ["spans", () => spans([input, ones([3])], { span: 2 }), "tensors[1] must be of 4 steps as tensors[0], got [3]"],
    ["span", () => spans([input], { span: 0 }), "nn.utils.rnn.spans: span must be an integer >= 1, got 0"],
  ];
  test.each(cases)("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

test("what a PackedSequence was made of cannot change it", () => {
  const sizes = [2, 1];
  const packed = new PackedSequence(ones([3, 2]), sizes);
  sizes.push(5);
  expect(packed.batchSizes).toEqual([2, 1]);
  expect(() => (packed.batchSizes as number[]).push(5)).toThrow(TypeError);
});

test("as many sequences as one likes are packed", () => {
  const packed = packPaddedSequence(ones([2, 200_000, 1]), new Array(200_000).fill(2));
  expect(packed.batchSizes).toEqual([200_000, 200_000]);
});

test("a parameter that was replaced by something else, and a dropout out of range, are refused", () => {
  const rnn = new RNN(2, 3, { numLayers: 2 });
  const x = ones([4, 1, 2]);
  const before = rnn.weight_ih_l0;
  rnn.weight_ih_l0 = ones([2, 3]);
  expect(() => rnn.forward(x)).toThrow("RNN.forward: weight_ih_l0 must be a float32 tensor [3, 2], got a float32 tensor [2, 3]");
  Object.assign(rnn, { weight_ih_l0: "weights" });
  expect(() => rnn.forward(x)).toThrow('RNN.forward: weight_ih_l0 must be a float32 tensor [3, 2], got "weights"');
  rnn.weight_ih_l0 = before;
  rnn.dropout = 5;
  expect(() => rnn.forward(x)).toThrow("RNN: dropout must be a finite number in [0, 1], got 5");
});

test("NaN in, NaN out, and nothing is left of it in the next call", () => {
  const gru = new GRU(3, 4);
  const input = ones([5, 2, 3]);
  const before = [...gru.forward(input)[0].data];
  const values = input.data as Float32Array;
  values[0] = Number.NaN;
  const [output] = gru.forward(tensor(values, { shape: [5, 2, 3] }));
  const spoilt = [...output.data].map(Number.isNaN);
  expect(spoilt, "only the sequence that has it").toEqual(spoilt.map((_, index) => Math.floor(index / 4) % 2 === 0));
  expect([...gru.forward(input)[0].data]).toEqual(before);
});
