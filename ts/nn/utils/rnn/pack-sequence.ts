import { checkOptions } from "../../../options.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { packPaddedSequence } from "./pack-padded-sequence.js";
import type { PackedSequence } from "./packed-sequence.js";
import { checkSequences, padSequence } from "./pad-sequence.js";

export interface PackSequenceOptions {
  /** Whether lengths that do not decrease are an error instead of being sorted. @default true */
  readonly enforceSorted?: boolean;
}

/**
 * Packs sequences of different lengths.
 *
 * @param sequences each `[T_n, …]`, alike but for their lengths
 */
export function packSequence(sequences: readonly Tensor[], options?: PackSequenceOptions): PackedSequence {
  const where = "nn.utils.rnn.packSequence";
  const { enforceSorted } = checkOptions(where, options, { enforceSorted: true });
  const lengths = checkSequences(where, sequences);
  return packPaddedSequence(padSequence(sequences), lengths, { enforceSorted });
}
