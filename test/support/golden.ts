import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { tensor } from "../../ts/tensor/create.js";
import type { Tensor } from "../../ts/tensor/tensor.js";

/** A tensor as the golden files have it. */
export interface Plain {
  readonly shape: number[];
  readonly data: number[];
}

/** The cases of a file in test/golden. */
export function golden<T>(file: string): T[] {
  const url = new URL(`../golden/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: T[] }).cases;
}

export function toTensor({ shape, data }: Plain, requiresGrad = false): Tensor {
  return tensor(Float32Array.from(data), { shape, requiresGrad });
}

/** The tolerance for a value where torch's own float32 run is off by `float32Error`. */
export function withError(float32Error: number): (expected: number) => number {
  return () => Math.max(4 * float32Error, 2e-6);
}

/** The tolerance where that is not known. */
export function byMagnitude(expected: number): number {
  return 2e-6 + 4e-7 * Math.abs(expected);
}

/** Asserts shape and values. `what` is named if they differ. */
export function expectClose(
  what: string,
  actual: Tensor | null | undefined,
  expected: Plain,
  tolerance: (expected: number) => number,
): void {
  expect(actual?.shape, `the shape of ${what}`).toEqual(expected.shape);
  expectValues(what, (actual as Tensor).data, expected.data, tolerance);
}

/** Asserts values. */
export function expectValues(
  what: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: (expected: number) => number,
): void {
  expect(actual.length, `the length of ${what}`).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    const error = Math.abs((actual[index] as number) - value);
    if (!(error <= tolerance(value))) {
      expect.fail(`${what}[${index}] is ${actual[index]}, expected ${value} within ${tolerance(value)}`);
    }
  }
}
