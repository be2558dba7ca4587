/** Programs in TypeScript which print what their twins in another language or library print. */

import { readdirSync } from "node:fs";
import { format } from "node:util";
import { expect, vi } from "vitest";

/** A folder of examples. */
export interface Twins {
  /** The names of the programs, without `.ts`. */
  readonly programs: readonly string[];
  /** A file beside the programs. */
  beside(file: string): URL;
  /** Runs a program, once, where its files are to be; returns what it printed. */
  printedBy(program: string, workingFolder: string): Promise<string>;
}

/** Those in `examples/from-…`, by the ending of the other ones' names. */
export function twins(name: "from-pytorch" | "from-tfjs", ending: "py" | "js"): Twins {
  const folder = new URL(`../../examples/${name}/`, import.meta.url);
  return {
    programs: readdirSync(folder).flatMap((file) => (file.endsWith(`.${ending}`) ? file.slice(0, -ending.length - 1) : [])),
    beside: (file) => new URL(file, folder),
    printedBy: (program, workingFolder) => {
      return listen(workingFolder, () => import(`../../examples/${name}/${program}.ts`));
    },
  };
}

/** What a program prints while it is imported, in a folder. */
async function listen(workingFolder: string, action: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void lines.push(format(...values)));
  const before = process.cwd();
  process.chdir(workingFolder);
  try {
    await action();
  } finally {
    process.chdir(before);
    log.mockRestore();
  }
  return lines.map((line) => `${line}\n`).join("");
}

const NUMBER = /-?\d+(?:\.(\d+))?/g;

/** The same words and whole numbers, and decimals that differ by no more than one in their last digit. */
export function expectPrinted(actual: string, expected: string): void {
  // Python writes [1, 2] and True, Node [ 1, 2 ] and true.
  const plain = (text: string) =>
    text
      .replaceAll(/True|False/g, (word) => word.toLowerCase())
      .replaceAll(/\[ +/g, "[")
      .replaceAll(/ +\]/g, "]");
  const [ours, theirs] = [plain(actual), plain(expected)];
  const words = (text: string) =>
    text.replaceAll(NUMBER, (whole, digits?: string) => (digits === undefined ? whole : digits.replaceAll(/\d/g, "#")));
  expect(words(ours)).toBe(words(theirs));
  const numbers = (text: string) => Array.from(text.matchAll(NUMBER), ([number, digits = ""]) => ({ number, digits: digits.length }));
  for (const [index, { number, digits }] of numbers(ours).entries()) {
    const theirNumber = numbers(theirs)[index]!.number;
    expect(Math.abs(Number(number) - Number(theirNumber)), `${number}, there ${theirNumber}`).toBeLessThan(1.5 * 10 ** -digits);
  }
}
