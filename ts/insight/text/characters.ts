import { complaint, OptionError, show } from "../../errors.js";

/** A text, character by character, and the numbers that a model reads it as. */
export interface Encoded {
  /** Code points. */
  readonly characters: readonly string[];
  readonly ids: Int32Array;
  /** For each character, how many of the ids have been read when it has. */
  readonly ends: Int32Array;
}

/** What says which numbers a model reads. */
export interface Encoding {
  readonly vocabulary: string | readonly string[] | undefined;
  readonly encode: ((text: string) => ArrayLike<number>) | undefined;
}

/** Encodes a text by what the caller has given: a vocabulary or a function. */
export function encodeText(where: string, text: unknown, { vocabulary, encode }: Encoding): Encoded {
  if (typeof text !== "string" || text === "") {
    throw new OptionError(complaint(where, "text", "a string that is not empty", text === "" ? "an empty one" : show(text)));
  }
  if ((vocabulary === undefined) === (encode === undefined)) {
    const actual = vocabulary === undefined ? "neither" : "both";
    throw new OptionError(complaint(where, "options", "with vocabulary or encode, which say what the model reads", actual));
  }
  const characters = [...text];
  const ids = encode === undefined ? lookUp(where, characters, vocabulary as string | readonly string[]) : encoded(where, encode(text));
  return { characters, ids, ends: endsOf(where, "encode(text)", text, ids.length) };
}

function lookUp(where: string, characters: readonly string[], vocabulary: string | readonly string[]): Int32Array {
  if (typeof vocabulary !== "string" && !Array.isArray(vocabulary)) {
    throw new OptionError(complaint(where, "vocabulary", "a string or an array of characters", show(vocabulary)));
  }
  const index = new Map(Array.from(vocabulary, (character, id) => [character, id]));
  return Int32Array.from(characters, (character, at) => {
    const id = index.get(character);
    if (id !== undefined) return id;
    throw new OptionError(complaint(where, "text", "of characters in the vocabulary", `${show(character)} at character ${at}`));
  });
}

function encoded(where: string, ids: unknown): Int32Array {
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids))
    throw new OptionError(complaint(where, "encode(text)", "an array of integers", show(ids)));
  const values = Array.from(ids as ArrayLike<unknown>);
  const wrong = values.findIndex((id) => !Number.isInteger(id) || (id as number) !== ((id as number) | 0));
  if (wrong < 0) return Int32Array.from(values as number[]);
  throw new OptionError(complaint(where, `encode(text)[${wrong}]`, "an integer of 32 bits", show(values[wrong])));
}

/** For each character, where its numbers end, if there is one for each character, each UTF-16 unit or each byte of UTF-8. */
export function endsOf(where: string, what: string, text: string, count: number): Int32Array {
  const characters = [...text];
  const sizes = [() => 1, (character: string) => character.length, bytesOf];
  for (const size of sizes) {
    let end = 0;
    const ends = Int32Array.from(characters, (character) => {
      end += size(character);
      return end;
    });
    if (end === count) return ends;
  }
  throw new OptionError(
    complaint(where, what, `of one number for each of the ${characters.length} characters, or for each byte`, `${count} numbers`),
  );
}

/** Of UTF-8; half of a surrogate pair is written as U+FFFD. */
function bytesOf(character: string): number {
  const point = character.codePointAt(0) as number;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
