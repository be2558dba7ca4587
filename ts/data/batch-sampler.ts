import { complaint, OptionError, show } from "../errors.js";
import { checkBoolean, checkInteger } from "../options.js";
import type { Sampler } from "./sampler.js";

/** `value` if it can be iterated over. */
export function checkSampler<T>(where: string, what: string, value: Sampler<T>): Sampler<T> {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return value;
  throw new OptionError(complaint(where, what, "something to iterate over", show(value)));
}

/** The number of elements of a sampler, which must know it. */
export function lengthOf(where: string, what: string, sampler: Sampler<unknown>): number {
  if (Number.isSafeInteger(sampler.length)) return sampler.length as number;
  throw new OptionError(complaint(where, what, "one that has a length", show(sampler)));
}

/** The indices of a sampler in batches. */
export class BatchSampler implements Sampler<number[]> {
  static readonly name: string = "BatchSampler";
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;

  /**
   * @param sampler anything that gives indices
   * @param batchSize how many indices a batch has
   * @param dropLast whether a last batch of fewer is left out
   */
  constructor(sampler: Sampler, batchSize: number, dropLast: boolean) {
    const where = "data.BatchSampler";
    this.sampler = checkSampler(where, "sampler", sampler);
    this.batchSize = checkInteger(where, "batchSize", batchSize, { min: 1 });
    this.dropLast = checkBoolean(where, "dropLast", dropLast);
  }

  /** The number of batches. */
  get length(): number {
    const count = lengthOf("data.BatchSampler.length", "the sampler", this.sampler) / this.batchSize;
    return this.dropLast ? Math.floor(count) : Math.ceil(count);
  }

  *[Symbol.iterator](): IterableIterator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}
