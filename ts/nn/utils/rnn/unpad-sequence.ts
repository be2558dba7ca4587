import { complaint, OptionError, ShapeError, show, showShape } from "../../../errors.js";
import { checkBoolean, checkOptions } from "../../../options.js";
import { Tensor } from "../../../tensor/tensor.js";
import { checkLengths } from "./lengths.js";
import type { PackedSequence } from "./packed-sequence.js";
import { padPackedSequence } from "./pad-packed-sequence.js";

export interface UnpadOptions {
  /** Whether the input is [N, T, …] instead of [T, N, …]. @default false */
  readonly batchFirst?: boolean;
}

/**
 * The sequences of a padded batch, each without its padding: the inverse of `padSequence`.
 *
 * @param padded `[T, N, …]`, or `[N, T, …]` if batch first
 * @param lengths of each sequence, 0 allowed
 * @returns a tensor `[T_n, …]` for each
 */
export function unpadSequence(padded: Tensor, lengths: readonly number[], options?: UnpadOptions): Tensor[] {
  const where = "nn.utils.rnn.unpadSequence";
  const { batchFirst } = checkOptions(where, options, { batchFirst: false });
  checkBoolean(where, "batchFirst", batchFirst);
  if (!(padded instanceof Tensor)) throw new OptionError(complaint(where, "padded", "a tensor", show(padded)));
  const axis = batchFirst ? 0 : 1;
  const [batch, steps] = [padded.shape[axis], padded.shape[1 - axis]];
  if (batch === undefined || steps === undefined) {
    throw new ShapeError(complaint(where, "padded", batchFirst ? "[N, T, …]" : "[T, N, …]", showShape(padded.shape)));
  }
  checkLengths(where, lengths, batch);
  return lengths.map((length, n) => {
    if (length > steps) throw new ShapeError(complaint(where, `lengths[${n}]`, `at most T, ${steps}`, show(length)));
    return padded.select(axis, n).narrow(0, 0, length);
  });
}

/** The sequences of a packed batch, in their original order: the inverse of `packSequence`. */
export function unpackSequence(packed: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(packed);
  return unpadSequence(padded, lengths);
}
