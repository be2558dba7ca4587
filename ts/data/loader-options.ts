import { complaint, OptionError, show } from "../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { checkGenerator, type Generator } from "../random/generator.js";
import { BatchSampler, checkSampler } from "./batch-sampler.js";
import { RandomSampler, type Sampler, SequentialSampler, type Sized } from "./sampler.js";

/** Options of a loader of samples `S` and batches `B`. */
export interface DataLoaderOptions<S, B> {
  /** How many samples a batch has. @default 1 */
  readonly batchSize?: number;
  /** Whether the samples come in random order, each time another. @default false */
  readonly shuffle?: boolean;
  /** Which samples, and in what order, instead of `shuffle`. @default all, from the first to the last */
  readonly sampler?: Sampler | undefined;
  /** Which samples make up each batch, instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. @default a BatchSampler of these */
  readonly batchSampler?: Sampler<readonly number[]> | undefined;
  /** Whether a last batch of fewer samples is left out. @default false */
  readonly dropLast?: boolean;
  /** Makes a batch of samples; a promise of one needs `for await`. @default defaultCollate */
  readonly collate?: ((samples: S[]) => B | Promise<B>) | undefined;
  /** Where the random order comes from. @default one that each iteration seeds from the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

/** Options that have been checked. */
export interface LoaderSettings<S, B> {
  readonly batches: Sampler<readonly number[]>;
  readonly collate: ((samples: S[]) => B | Promise<B>) | undefined;
  readonly generator: Generator | undefined;
}

const where = "data.DataLoader";
const defaults = {
  batchSize: 1,
  shuffle: false,
  sampler: undefined,
  batchSampler: undefined,
  dropLast: false,
  collate: undefined,
  generator: undefined,
};

export function checkLoaderOptions<S, B>(dataset: Sized, given: DataLoaderOptions<S, B> | undefined): LoaderSettings<S, B> {
  const options = checkOptions<Required<DataLoaderOptions<S, B>>>(where, given, defaults);
  const { collate, generator } = options;
  checkBoolean(where, "shuffle", options.shuffle);
  checkBoolean(where, "dropLast", options.dropLast);
  checkInteger(where, "batchSize", options.batchSize, { min: 1 });
  if (generator !== undefined) checkGenerator(where, generator);
  if (collate !== undefined && typeof collate !== "function") {
    throw new OptionError(complaint(where, "collate", "a function", show(collate)));
  }
  return { batches: batchesOf(dataset, options), collate, generator };
}

function batchesOf<S, B>(dataset: Sized, options: Required<DataLoaderOptions<S, B>>): Sampler<readonly number[]> {
  const { batchSize, shuffle, sampler, batchSampler, dropLast, generator } = options;
  if (sampler !== undefined) {
    checkSampler(where, "sampler", sampler);
    if (shuffle) throw new OptionError(complaint(where, "shuffle", "left out with a sampler, which says the order", "true"));
  }
  if (batchSampler !== undefined) {
    const { batchSize: standard } = defaults;
    const alone = sampler === undefined && !shuffle && !dropLast && batchSize === standard;
    if (alone) return checkSampler(where, "batchSampler", batchSampler);
    throw new OptionError(complaint(where, "batchSampler", "alone", "batchSize, shuffle, sampler or dropLast beside it"));
  }
  const order = sampler ?? (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
  return new BatchSampler(order, batchSize, dropLast);
}
