import { complaint, OptionError, show } from "../errors.js";
import { checkInteger } from "../options.js";
import { checkIndex, checkSamples, type Dataset, type Samples, sampleAt } from "./dataset.js";

/** The samples of a dataset that `indices` names, in that order. DIFFERS: indices do not count from the end. */
export class Subset<R> implements Dataset<R> {
  static readonly name: string = "Subset";
  readonly dataset: Samples<R>;
  readonly indices: readonly number[];

  constructor(dataset: Samples<R>, indices: readonly number[]) {
    const where = "data.Subset";
    const { length } = checkSamples(where, "dataset", dataset);
    if (!Array.isArray(indices)) throw new OptionError(complaint(where, "indices", "an array of numbers", show(indices)));
    for (const [position, index] of indices.entries()) checkInteger(where, `indices[${position}]`, index, { min: 0, below: length });
    this.dataset = dataset;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number): R {
    checkIndex("data.Subset.get", index, this.length);
    return sampleAt(this.dataset, this.indices[index] as number);
  }
}
