import { complaint, OptionError, show } from "../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { checkGenerator, defaultGenerator, type Generator } from "../random/generator.js";
import { fork, integers, permutation } from "./random.js";

/** What tells a `DataLoader` which samples to take, and when: indices, or for `batchSampler` arrays of them. */
export type Sampler<T = number> = Iterable<T> & {
  /** How many there are, if that is known. */
  readonly length?: number;
};

/** What has a number of elements. */
export interface Sized {
  readonly length: number;
}

function checkSized(where: string, what: string, source: Sized): Sized {
  if (Number.isSafeInteger(source?.length)) return source;
  throw new OptionError(complaint(where, what, "a dataset: an object with a length", show(source)));
}

/** 0, 1, 2, … length − 1. */
export class SequentialSampler implements Sampler {
  static readonly name: string = "SequentialSampler";
  readonly dataSource: Sized;

  constructor(dataSource: Sized) {
    this.dataSource = checkSized("data.SequentialSampler", "dataSource", dataSource);
  }

  get length(): number {
    return this.dataSource.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const { length } = this;
    for (let index = 0; index < length; index++) yield index;
  }
}

export interface RandomSamplerOptions {
  /** Whether an index may come again. @default false */
  readonly replacement?: boolean;
  /** How many indices; more than there are samples means several orders one after the other. @default the length of the dataset */
  readonly numSamples?: number | undefined;
  /** Where the order comes from. @default one that each iteration seeds from the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

/** The indices of a dataset in random order, each time another: the order PyTorch takes from the same seed. */
export class RandomSampler implements Sampler {
  static readonly name: string = "RandomSampler";
  readonly dataSource: Sized;
  readonly replacement: boolean;
  readonly generator: Generator | undefined;
  readonly #numSamples: number | undefined;

  constructor(dataSource: Sized, options?: RandomSamplerOptions) {
    const where = "data.RandomSampler";
    this.dataSource = checkSized(where, "dataSource", dataSource);
    const defaults: RandomSamplerOptions = { replacement: false, numSamples: undefined, generator: undefined };
    const { replacement, numSamples, generator } = checkOptions(where, options, defaults);
    this.replacement = checkBoolean(where, "replacement", replacement);
    this.#numSamples = numSamples;
    checkInteger(where, numSamples === undefined ? "the length of the dataset" : "numSamples", this.length, { min: 1 });
    if (generator !== undefined) checkGenerator(where, generator);
    this.generator = generator;
  }

  /** The number of indices: `numSamples`. */
  get length(): number {
    return this.#numSamples ?? this.dataSource.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const total = this.length;
    const n = this.dataSource.length;
    const generator = this.generator ?? fork(defaultGenerator());
    // PyTorch's portions: they decide how far a generator of one's own is drawn.
    const portion = this.replacement ? 32 : n;
    const draw = (count: number) => (this.replacement ? integers(count, n, generator) : permutation(n, generator).slice(0, count));
    for (let start = 0; start + portion <= total; start += portion) yield* draw(portion);
    yield* draw(total % portion);
  }
}

export interface SubsetRandomSamplerOptions {
  /** Where the order comes from. @default the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

/** The given indices in random order, each time another: the order PyTorch takes from the same seed. */
export class SubsetRandomSampler implements Sampler {
  static readonly name: string = "SubsetRandomSampler";
  readonly indices: readonly number[];
  readonly generator: Generator | undefined;

  constructor(indices: readonly number[], options?: SubsetRandomSamplerOptions) {
    const where = "data.SubsetRandomSampler";
    if (!Array.isArray(indices)) throw new OptionError(complaint(where, "indices", "an array of numbers", show(indices)));
    const { generator } = checkOptions<{ generator: Generator | undefined }>(where, options, { generator: undefined });
    if (generator !== undefined) checkGenerator(where, generator);
    this.indices = indices;
    this.generator = generator;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const position of permutation(this.length, this.generator ?? defaultGenerator())) yield this.indices[position] as number;
  }
}
