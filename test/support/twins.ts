/** Programs of examples/from-pytorch, which print in TypeScript what their twins print in Python. */

import { readdirSync } from "node:fs";
import { format } from "node:util";
import { expect, vi } from "vitest";

const folder = new URL("../../examples/from-pytorch/", import.meta.url);

/** The names of the programs, without `.ts` and `.py`. */
export const programs: readonly string[] = readdirSync(folder).flatMap((file) => /^(.+)\.py$/.exec(file)?.[1] ?? []);

/** A file beside the programs. */
export function beside(file: string): URL {
  return new URL(file, folder);
}

/** Runs a program, once, where its files are to be; returns what it printed. */
export async function printedBy(program: string, workingFolder: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void lines.push(format(...values)));
  const before = process.cwd();
  process.chdir(workingFolder);
  try {
    await import(`../../examples/from-pytorch/${program}.ts`);
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
  const [ours, theirs] = [
    actual.replaceAll("[ ", "[").replaceAll(" ]", "]"),
    expected.replaceAll(/True|False/g, (word) => word.toLowerCase()),
  ];
  const words = (text: string) =>
    text.replaceAll(NUMBER, (whole, digits?: string) => (digits === undefined ? whole : digits.replaceAll(/\d/g, "#")));
  expect(words(ours)).toBe(words(theirs));
  const numbers = (text: string) => Array.from(text.matchAll(NUMBER), ([number, digits = ""]) => ({ number, digits: digits.length }));
  for (const [index, { number, digits }] of numbers(ours).entries()) {
    const theirNumber = numbers(theirs)[index]!.number;
    expect(Math.abs(Number(number) - Number(theirNumber)), `${number}, in PyTorch ${theirNumber}`).toBeLessThan(1.5 * 10 ** -digits);
  }
}
