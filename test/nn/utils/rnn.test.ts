import { nn, randn, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";

const { PackedSequence, packPaddedSequence, packSequence, padPackedSequence, padSequence, unpackSequence, unpadSequence } = nn.utils.rnn;

const abc = () => [tensor([1, 2]), tensor([3]), tensor([4, 5, 6])];
const arrays = (tensors: readonly Tensor[]) => tensors.map((each) => each.toArray());

test("padSequence pads at the right or left, time or batch first", () => {
  expect(padSequence(abc()).toArray()).toEqual([
    [1, 3, 4],
    [2, 0, 5],
    [0, 0, 6],
  ]);
  expect(padSequence(abc(), { batchFirst: true, paddingValue: -1, paddingSide: "left" }).toArray()).toEqual([
    [-1, 1, 2],
    [-1, -1, 3],
    [4, 5, 6],
  ]);
});

test("packSequence is torch's: step by step, the longest first", () => {
  const packed = packSequence(abc(), { enforceSorted: false });
  expect(packed.data.toArray()).toEqual([4, 1, 3, 5, 2, 6]);
  expect(packed.batchSizes).toEqual([3, 2, 1]);
  expect(packed.sortedIndices).toEqual([2, 0, 1]);
  expect(packed.unsortedIndices).toEqual([1, 2, 0]);
  expect(arrays(unpackSequence(packed))).toEqual([[1, 2], [3], [4, 5, 6]]);
});

test("packPaddedSequence is torch's: 'abc' and 'x' are packed as 'axbc'", () => {
  const padded = tensor([[97, 98, 99], [120, 0, 0]], { dtype: "int32" }); // biome-ignore format: a matrix
  const packed = packPaddedSequence(padded, [3, 1], { batchFirst: true });
  expect(packed.data.dtype).toBe("int32");
  expect(String.fromCharCode(...packed.data.data)).toBe("axbc");
  expect([packed.batchSizes, packed.sortedIndices, packed.unsortedIndices]).toEqual([[2, 1, 1], null, null]);
});

test("padPackedSequence with a total length and a padding value, as in torch", () => {
  const packed = packSequence([tensor([1, 2, 3], { dtype: "int32" }), tensor([4], { dtype: "int32" })]);
  const [padded, lengths] = padPackedSequence(packed, { batchFirst: true, totalLength: 5, paddingValue: -1 });
  expect(padded.toArray()).toEqual([
    [1, 2, 3, -1, -1],
    [4, -1, -1, -1, -1],
  ]);
  expect([padded.dtype, lengths]).toEqual(["int32", [3, 1]]);
  expect(padPackedSequence(packed, { totalLength: 3 })[0].toArray()).toEqual(padPackedSequence(packed)[0].toArray());
});

describe.each([false, true])("batchFirst %s", (batchFirst) => {
  test.each([
    { lengths: [5, 5, 3, 1], enforceSorted: true },
    { lengths: [5, 3, 3, 1], enforceSorted: false },
    { lengths: [2, 5, 1, 5], enforceSorted: false },
    { lengths: [1], enforceSorted: true },
  ])("packing and padding again zeroes what is behind each end: $lengths, enforceSorted $enforceSorted", ({ lengths, enforceSorted }) => {
    const steps = Math.max(...lengths) + 2;
    const padded = randn(batchFirst ? [lengths.length, steps, 2, 3] : [steps, lengths.length, 2, 3]);
    const packed = packPaddedSequence(padded, lengths, { batchFirst, enforceSorted });
    expect(packed.data.shape).toEqual([lengths.reduce((sum, length) => sum + length, 0), 2, 3]);
    const [back, again] = padPackedSequence(packed, { batchFirst, totalLength: steps });
    expect(again).toEqual(lengths);
    for (const [n, length] of lengths.entries()) {
      const of = (x: Tensor) => x.select(batchFirst ? 0 : 1, n);
      expect(of(back).narrow(0, 0, length).data).toEqual(of(padded).narrow(0, 0, length).data);
      expect(
        of(back)
          .narrow(0, length, steps - length)
          .data.every((value) => value === 0),
      ).toBe(true);
    }
  });
});

test("sequences of one length keep their order", () => {
  const lengths = Array.from({ length: 20 }, (_, n) => (n < 10 ? 2 : 3));
  const { sortedIndices } = packPaddedSequence(randn([3, 20, 1]), lengths, { enforceSorted: false });
  expect(sortedIndices).toEqual([...Array(10).keys()].map((n) => n + 10).concat([...Array(10).keys()]));
});

test("a sequence without steps may be padded, unpadded, and packed", () => {
  const sequences = [zeros([0, 2]), tensor([[1, 2], [3, 4]])]; // biome-ignore format: a matrix
  const padded = padSequence(sequences);
  expect(padded.toArray()).toEqual([[[0, 0], [1, 2]], [[0, 0], [3, 4]]]); // biome-ignore format: matrices
  expect(arrays(unpadSequence(padded, [0, 2]))).toEqual([[], [[1, 2], [3, 4]]]); // biome-ignore format: a matrix
  const packed = packSequence(sequences, { enforceSorted: false });
  expect([packed.batchSizes, packed.sortedIndices, packed.batch]).toEqual([[1, 1], [1, 0], 2]);
  const [again, lengths] = padPackedSequence(packed);
  expect([again.toArray(), lengths]).toEqual([padded.toArray(), [0, 2]]);
});

test("states go in and out in the order of the batch, also when it is sorted for packing", () => {
  const gru = new nn.GRU(3, 5, { bidirectional: true });
  const [x, h0] = [randn([4, 3, 3]), randn([2, 3, 5])];
  const lengths = [2, 4, 3];
  const [output, hn] = gru.forward(packPaddedSequence(x, lengths, { enforceSorted: false }), h0);
  const [padded] = padPackedSequence(output);
  for (const [n, length] of lengths.entries()) {
    const [alone, last] = gru.forward(x.select(1, n).narrow(0, 0, length), h0.select(1, n));
    expect(padded.select(1, n).narrow(0, 0, length).data).toEqual(alone.data);
    expect(hn.select(1, n).data).toEqual(last.data);
  }
});

test("unpadSequence is the inverse of padSequence", () => {
  const sequences = [randn([2, 3]), randn([5, 3]), randn([1, 3])];
  for (const batchFirst of [false, true]) {
    const back = unpadSequence(padSequence(sequences, { batchFirst }), [2, 5, 1], { batchFirst });
    expect(arrays(back)).toEqual(arrays(sequences));
  }
});

test("gradients find their way through packing and padding", () => {
  const sequences = [randn([2, 3], { requiresGrad: true }), randn([4, 3], { requiresGrad: true })];
  const packed = packSequence(sequences, { enforceSorted: false });
  const [padded] = padPackedSequence(packed.withData(packed.data.mul(packed.data)), { paddingValue: 9 });
  padded.sum().backward();
  for (const sequence of sequences) {
    expect([...(sequence.grad as Tensor).data]).toEqual([...sequence.mul(2).data]);
  }
});

test.each([
  { call: () => padSequence([]), message: "nn.utils.rnn.padSequence: sequences must be an array of at least one tensor, got []" },
  {
    call: () => padSequence([randn([2, 3]), randn([2, 4])]),
    message: "padSequence: sequences[1] must be [T, 3] as sequences[0], got [2, 4]",
  },
  {
    call: () => packSequence([tensor([1]), tensor([1, 2])]),
    message: "lengths must be in decreasing order when enforceSorted is true, got [1, 2]",
  },
  {
    call: () => padSequence([tensor([1])], { paddingSide: "middle" as never }),
    message: 'nn.utils.rnn.padSequence: paddingSide must be one of "right", "left", got "middle"',
  },
  { call: () => padSequence([tensor(1)]), message: "nn.utils.rnn.padSequence: sequences[0] must be [T], got []" },
  { call: () => unpadSequence(randn([2, 2]), [1, -1]), message: "nn.utils.rnn.unpadSequence: lengths[1] must be an integer >= 0, got -1" },
  {
    call: () => packPaddedSequence(randn([4]), [1]),
    message: "nn.utils.rnn.packPaddedSequence: input must be [T, N, …] and not empty, got [4]",
  },
  {
    call: () => packPaddedSequence(randn([4, 2]), tensor([4, 2], { dtype: "int32" }) as never),
    message: "lengths must be an array of numbers, got an int32 tensor [2]",
  },
  { call: () => padPackedSequence(randn([4, 2]) as never), message: "packed must be a PackedSequence, got a float32 tensor [4, 2]" },
  {
    call: () => padPackedSequence(new PackedSequence(randn([2]), [2]), { paddingValue: "0" as never }),
    message: 'nn.utils.rnn.padPackedSequence: paddingValue must be a number, got "0"',
  },
  { call: () => unpadSequence(randn([2, 2]), [3, 1]), message: "nn.utils.rnn.unpadSequence: lengths[0] must be at most T, 2, got 3" },
])("$message", ({ call, message }) => {
  expect(call).toThrow(message);
});
