import { complaint, OptionError, show } from "../errors.js";
import { checkInteger } from "../options.js";

/**
 * Samples by number, 0 … length − 1: what a `DataLoader` makes batches of.
 *
 * `R` is what `get` returns, a sample or a promise of one.
 *
 * @example
 * const squares: data.Dataset<[number, number]> = { length: 100, get: (index) => [index, index * index] };
 */
export interface Dataset<R = unknown> {
  readonly length: number;
  get(index: number): R;
}

/** A dataset, or an array of samples. */
export type Samples<R> = Dataset<R> | readonly R[];

function isSamples(value: unknown): value is Samples<unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { length, get } = value as { length?: unknown; get?: unknown };
  return Number.isSafeInteger(length) && (length as number) >= 0 && (Array.isArray(value) || typeof get === "function");
}

/** `value` if it is a dataset, or an array of samples. */
export function checkSamples<R>(where: string, what: string, value: Samples<R>): Samples<R> {
  if (isSamples(value)) return value;
  throw new OptionError(complaint(where, what, "{ length, get(index) } or an array", show(value)));
}

/** What is at an index. */
export function sampleAt<R>(samples: Samples<R>, index: number): R {
  if ("get" in samples) return samples.get(index);
  return samples[checkIndex("an array of samples", index, samples.length)] as R;
}

/** `index` if it is that of a sample. */
export function checkIndex(where: string, index: number, length: number): number {
  return checkInteger(where, "index", index, { min: 0, below: length });
}
