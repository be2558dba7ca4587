import { type Tensor, tensor } from "unrolled";
import { mobyDick } from "../moby-dick/text.js";

/** Letters a to z, as 0 to 25, and for each whether a word ends with it. */
export interface Letters {
  readonly letters: Int32Array;
  readonly ends: Float32Array;
}

export interface Corpus {
  /** The first nine tenths of the book. */
  readonly training: Letters;
  /** The last tenth. */
  readonly heldOut: Letters;
}

/** The words of a text in small letters a to z; what stands between and within them is dropped: "whale-ship's" is two words, `whale` and `ships`. */
function words(text: string): string[] {
  const found = text.toLowerCase().match(/[a-z]+(?:['’][a-z]+)*/g) ?? [];
  return found.map((word) => word.replaceAll(/[^a-z]/g, ""));
}

/** Writes a text without its spaces. */
export function join(text: string): Letters {
  const all = words(text);
  const letters = Int32Array.from(all.join(""), (letter) => letter.charCodeAt(0) - 97);
  const ends = new Float32Array(letters.length);
  let end = -1;
  for (const word of all) {
    end += word.length;
    ends[end] = 1;
  }
  return { letters, ends };
}

/** Moby Dick without its spaces. */
export function readCorpus(): Corpus {
  const { letters, ends } = join(mobyDick());
  const cut = Math.floor(0.9 * letters.length);
  return {
    training: { letters: letters.subarray(0, cut), ends: ends.subarray(0, cut) },
    heldOut: { letters: letters.subarray(cut), ends: ends.subarray(cut) },
  };
}

/** A piece of the text: letters and whether a word ends there, `[T]` both. */
export type Piece = [letters: Tensor, ends: Tensor];

/** Cuts a text into pieces of T letters; what is left over at its end is dropped. */
export function pieces({ letters, ends }: Letters, length: number): Piece[] {
  return Array.from({ length: Math.floor(letters.length / length) }, (_, index) => {
    const [from, to] = [index * length, (index + 1) * length];
    return [tensor(letters.subarray(from, to)), tensor(ends.subarray(from, to))];
  });
}

/** Writes letters with a space after each end of a word. */
export function spell(letters: ArrayLike<number>, ends: ArrayLike<number>): string {
  return Array.from(letters, (letter, t) => String.fromCharCode(97 + letter) + (ends[t] === 1 ? " " : "")).join("");
}
