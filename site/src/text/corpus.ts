import { Vocabulary } from "../../../examples/moby-dick/vocabulary.js";

/** A text in numbers, cut in two. */
export interface Corpus {
  /** What is learned from: the first nine tenths. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/** Cuts a text; without a vocabulary, it gets the one of its training part. */
export function corpusOf(text: string, known?: Vocabulary): { corpus: Corpus; vocabulary: Vocabulary } {
  // A character is a code point, not half of a surrogate pair.
  const characters = [...text];
  const cut = Math.floor(characters.length * 0.9);
  const vocabulary = known ?? Vocabulary.of(characters.slice(0, cut).join(""));
  const ids = vocabulary.encode(text);
  return { corpus: { training: ids.subarray(0, cut), heldOut: ids.subarray(cut) }, vocabulary };
}
