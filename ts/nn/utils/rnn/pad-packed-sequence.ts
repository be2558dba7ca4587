import { complaint, OptionError, ShapeError, show } from "../../../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../../../options.js";
import { newIntegers } from "../../../tensor/dtype.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { lengthsInOrder } from "./lengths.js";
import { PackedSequence } from "./packed-sequence.js";
import { paddedRow, rowWidth, takeRows } from "./rows.js";

export interface PadPackedOptions {
  /** Whether the output is [N, T, …] instead of [T, N, …]. @default false */
  readonly batchFirst?: boolean;
  /** What stands where a sequence has ended. @default 0 */
  readonly paddingValue?: number;
  /** T of the output, if it is not the longest length. @default the longest length */
  readonly totalLength?: number | undefined;
}

/**
 * The inverse of `packPaddedSequence`: sequences of one length again, in their original order.
 *
 * @returns `[T, N, …]`, or `[N, T, …]` if batch first, and the length of each sequence
 */
export function padPackedSequence(packed: PackedSequence, options?: PadPackedOptions): [output: Tensor, lengths: number[]] {
  const where = "nn.utils.rnn.padPackedSequence";
  const defaults: PadPackedOptions = { batchFirst: false, paddingValue: 0, totalLength: undefined };
  const { batchFirst, paddingValue, totalLength } = checkOptions(where, options, defaults);
  checkBoolean(where, "batchFirst", batchFirst);
  if (typeof paddingValue !== "number") throw new OptionError(complaint(where, "paddingValue", "a number", show(paddingValue)));
  if (!(packed instanceof PackedSequence)) throw new OptionError(complaint(where, "packed", "a PackedSequence", show(packed)));
  const { data, batchSizes, unsortedIndices, batch } = packed;
  const steps = totalLength === undefined ? batchSizes.length : checkInteger(where, "totalLength", totalLength);
  if (steps < batchSizes.length) {
    throw new ShapeError(complaint(where, "totalLength", `at least the longest length, ${batchSizes.length}`, show(steps)));
  }
  const index = newIntegers(steps * batch, where).fill(-1);
  let start = 0;
  for (const [t, size] of batchSizes.entries()) {
    for (let n = 0; n < batch; n++) {
      const place = unsortedIndices === null ? n : (unsortedIndices[n] as number);
      if (place < size) index[paddedRow(t, n, steps, batch, batchFirst === true)] = start + place;
    }
    start += size;
  }
  const leading = batchFirst ? [batch, steps] : [steps, batch];
  const output = takeRows("padPackedSequence", data, rowWidth(data.shape, 1), index, paddingValue, [...leading, ...data.shape.slice(1)]);
  return [output, lengthsInOrder(batchSizes, batch, unsortedIndices)];
}
