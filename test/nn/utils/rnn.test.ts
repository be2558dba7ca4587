import { nn, randn, type Tensor, tensor } from "unrolled";
import { expect, test } from "vitest";

const { packSequence, padPackedSequence, padSequence, unpackSequence, unpadSequence } = nn.utils.rnn;

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
  { call: () => unpadSequence(randn([2, 2]), [3, 1]), message: "nn.utils.rnn.unpadSequence: lengths[0] must be at most T, 2, got 3" },
])("$message", ({ call, message }) => {
  expect(call).toThrow(message);
});
