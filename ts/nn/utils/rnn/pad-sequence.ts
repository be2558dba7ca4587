import { complaint, OptionError, ShapeError, show, showShape } from "../../../errors.js";
import { checkBoolean, checkOneOf, checkOptions } from "../../../options.js";
import { newIntegers } from "../../../tensor/dtype.js";
import { cat } from "../../../tensor/join.js";
import { Tensor } from "../../../tensor/tensor.js";
import { longest } from "./lengths.js";
import { paddedRow, rowWidth, takeRows } from "./rows.js";

export interface PadOptions {
  /** Whether the result is [N, T, …] instead of [T, N, …]. @default false */
  readonly batchFirst?: boolean;
  /** What stands where a sequence has no step. @default 0 */
  readonly paddingValue?: number;
  /** Where the padding stands. @default "right" */
  readonly paddingSide?: "right" | "left";
}

/**
 * Puts sequences of different lengths beside each other.
 *
 * @param sequences each `[T_n, …]`, alike but for their lengths
 * @returns `[T, N, …]`, or `[N, T, …]` if batch first, T being the longest length
 */
export function padSequence(sequences: readonly Tensor[], options?: PadOptions): Tensor {
  const where = "nn.utils.rnn.padSequence";
  const defaults: Required<PadOptions> = { batchFirst: false, paddingValue: 0, paddingSide: "right" };
  const { batchFirst, paddingValue, paddingSide } = checkOptions<Required<PadOptions>>(where, options, defaults);
  checkBoolean(where, "batchFirst", batchFirst);
  checkOneOf(where, "paddingSide", paddingSide, ["right", "left"]);
  if (typeof paddingValue !== "number") throw new OptionError(complaint(where, "paddingValue", "a number", show(paddingValue)));
  const lengths = checkSequences(where, sequences);
  const steps = longest(lengths);
  const batch = sequences.length;
  const index = newIntegers(steps * batch, where).fill(-1);
  let start = 0;
  for (const [n, length] of lengths.entries()) {
    const first = paddingSide === "right" ? 0 : steps - length;
    for (let t = 0; t < length; t++) index[paddedRow(first + t, n, steps, batch, batchFirst)] = start + t;
    start += length;
  }
  const all = cat(sequences, { dim: 0 });
  const leading = batchFirst ? [batch, steps] : [steps, batch];
  return takeRows("padSequence", all, rowWidth(all.shape, 1), index, paddingValue, [...leading, ...all.shape.slice(1)]);
}

/** The lengths of the sequences, which must be alike otherwise. */
export function checkSequences(where: string, sequences: readonly Tensor[]): number[] {
  if (!Array.isArray(sequences) || sequences.length === 0) {
    throw new OptionError(complaint(where, "sequences", "an array of at least one tensor", show(sequences)));
  }
  return sequences.map((sequence: unknown, index) => {
    if (!(sequence instanceof Tensor)) throw new OptionError(complaint(where, `sequences[${index}]`, "a tensor", show(sequence)));
    const rest = (sequences[0] as Tensor).shape.slice(1);
    const fits = sequence.shape.length === rest.length + 1 && rest.every((size, axis) => sequence.shape[axis + 1] === size);
    if (fits && sequence.shape.length > 0) return sequence.shape[0] as number;
    const expected = `[${["T", ...rest].join(", ")}]${index === 0 ? "" : " as sequences[0]"}`;
    throw new ShapeError(complaint(where, `sequences[${index}]`, expected, showShape(sequence.shape)));
  });
}
