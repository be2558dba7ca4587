/** What every entry of the matrix must show. */

import { existsSync } from "node:fs";
import { expect, inject, type TestContext, test } from "vitest";
import type { Trained } from "../matrix/programs/train.js";
import { inRepository } from "../programs.js";

/** The value in the line `result …` of what a program printed. */
export function resultOf(output: string): Trained {
  const line = output.split("\n").find((each) => each.startsWith("result "));
  if (line === undefined) throw new Error(`a line "result …" must be printed, got\n${output}`);
  return JSON.parse(line.slice("result ".length)) as Trained;
}

/** That a program has trained as it does in Node: 50 losses, bit for bit. */
export function expectTrained(trained: unknown, source: RegExp): void {
  const { losses, simd, source: actual } = trained as Trained;
  expect(losses).toHaveLength(50);
  expect(losses).toEqual(inject("losses"));
  expect(simd).toBe("simd128");
  expect(actual).toMatch(source);
}

/** Why a package of the matrix cannot be used; undefined if it can. */
export function missing(path: string, what: string): string | undefined {
  return existsSync(inRepository(path)) ? undefined : `${what} is not installed: npm run setup`;
}

/** A test of the matrix; what cannot be had is skipped, and its name says why. */
export function entry(name: string, reason: string | undefined, action: (context: TestContext) => Promise<void> | void): void {
  test.skipIf(reason !== undefined)(reason === undefined ? name : `${name} (skipped: ${reason})`, action);
}

/** That matrix/programs/web-worker.ts was told of what went wrong in its Workers. */
export function expectTold(result: unknown): void {
  expect(result).toMatchObject({
    throws: "trainer: the job must be free of failures, got RangeError: the job is over",
    uncaught: expect.stringMatching(/a Worker that lives, got [\s\S]*RangeError: [\s\S]*nobody catches this/),
  });
}
