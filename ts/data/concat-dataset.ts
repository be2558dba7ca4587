import { complaint, OptionError, show } from "../errors.js";
import { checkIndex, checkSamples, type Dataset, type Samples, sampleAt } from "./dataset.js";

/** Datasets one after the other. DIFFERS: indices do not count from the end. */
export class ConcatDataset<R> implements Dataset<R> {
  static readonly name: string = "ConcatDataset";
  readonly datasets: readonly Samples<R>[];

  /** @param datasets at least one */
  constructor(datasets: Iterable<Samples<R>>) {
    const where = "data.ConcatDataset";
    const isList = typeof datasets === "object" && datasets !== null && Symbol.iterator in datasets;
    const list = isList ? [...datasets] : [];
    if (list.length === 0) throw new OptionError(complaint(where, "datasets", "an array of at least one dataset", show(datasets)));
    for (const [index, dataset] of list.entries()) checkSamples(where, `datasets[${index}]`, dataset);
    this.datasets = list;
  }

  get length(): number {
    return this.datasets.reduce((sum, { length }) => sum + length, 0);
  }

  get(index: number): R {
    checkIndex("data.ConcatDataset.get", index, this.length);
    let own = index;
    let number = 0;
    for (; own >= (this.datasets[number] as Samples<R>).length; number++) own -= (this.datasets[number] as Samples<R>).length;
    return sampleAt(this.datasets[number] as Samples<R>, own);
  }
}
