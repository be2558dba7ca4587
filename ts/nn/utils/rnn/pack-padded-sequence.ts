import { complaint, OptionError, ShapeError, show, showShape } from "../../../errors.js";
import { checkBoolean, checkOptions } from "../../../options.js";
import { Tensor } from "../../../tensor/tensor.js";
import { batchSizesOf, checkLengths, sortedOrder } from "./lengths.js";
import { PackedSequence } from "./packed-sequence.js";
import { paddedRow, rowWidth, takeRows } from "./rows.js";

export interface PackOptions {
  /** Whether the input is [N, T, …] instead of [T, N, …]. @default false */
  readonly batchFirst?: boolean;
  /** Whether lengths that do not decrease are an error instead of being sorted. @default true */
  readonly enforceSorted?: boolean;
}

/**
 * Takes the padding out of a batch of sequences.
 *
 * DIFFERS: sequences of one length are packed in the order in which they stand; PyTorch's sort may exchange them.
 *
 * @param input `[T, N, …]`, or `[N, T, …]` if batch first; any dtype
 * DIFFERS: a length may be 0; such a sequence has no outputs, and its final state is its initial one.
 *
 * @param lengths of each sequence, from 0 to T
 */
export function packPaddedSequence(input: Tensor, lengths: readonly number[], options?: PackOptions): PackedSequence {
  const where = "nn.utils.rnn.packPaddedSequence";
  const { batchFirst, enforceSorted } = checkOptions(where, options, { batchFirst: false, enforceSorted: true });
  checkBoolean(where, "batchFirst", batchFirst);
  checkBoolean(where, "enforceSorted", enforceSorted);
  if (!(input instanceof Tensor)) throw new OptionError(complaint(where, "input", "a tensor", show(input)));
  // Time alone may have no size.
  if (input.shape.length < 2 || input.shape.some((size, axis) => size === 0 && axis !== (batchFirst ? 1 : 0))) {
    throw new ShapeError(complaint(where, "input", `${batchFirst ? "[N, T, …]" : "[T, N, …]"} and not empty`, showShape(input.shape)));
  }
  const [first, second] = input.shape as [number, number];
  const [steps, batch] = batchFirst ? [second, first] : [first, second];
  checkLengths(where, lengths, batch);
  const tooLong = lengths.findIndex((length) => length > steps);
  if (tooLong >= 0) throw new ShapeError(complaint(where, `lengths[${tooLong}]`, `at most T, ${steps}`, show(lengths[tooLong])));
  const order = sortedOrder(lengths);
  if (order !== null && enforceSorted) {
    const hint = "pass { enforceSorted: false } to have them sorted";
    throw new ShapeError(complaint(where, "lengths", "in decreasing order when enforceSorted is true", show(lengths), hint));
  }
  const batchSizes = batchSizesOf(lengths);
  const index: number[] = [];
  for (const [t, size] of batchSizes.entries()) {
    for (let n = 0; n < size; n++) index.push(paddedRow(t, order === null ? n : (order[n] as number), steps, batch, batchFirst));
  }
  const rest = input.shape.slice(2);
  const data = takeRows("packPaddedSequence", input, rowWidth(input.shape, 2), Int32Array.from(index), 0, [index.length, ...rest]);
  return new PackedSequence(data, batchSizes, order, batch);
}
