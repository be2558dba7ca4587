import { complaint, OptionError, show, UnrolledError } from "../errors.js";
import { defaultGenerator, type Generator } from "../random/generator.js";
import { lengthOf } from "./batch-sampler.js";
import { checkSamples, type Samples, sampleAt } from "./dataset.js";
import { type Collated, defaultCollate } from "./default-collate.js";
import { checkLoaderOptions, type DataLoaderOptions, type LoaderSettings } from "./loader-options.js";
import { drawBaseSeed } from "./random.js";
import type { Sampler } from "./sampler.js";

const where = "data.DataLoader";

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/**
 * Batches of a dataset, each time from the start: with `for` if the dataset gives values, with `for await` if it gives promises, or anyway.
 *
 * An iteration draws from the generator what PyTorch's draws, so that a seed gives PyTorch's batches. With `for await` the samples of a batch
 * are asked for all at once.
 *
 * DIFFERS: there are no workers, and `batchSize` is no null. What `get` throws is the `cause` of an error that names the index.
 *
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(inputs, targets), { batchSize: 32, shuffle: true });
 * for (const [input, target] of loader) train(input, target);
 *
 * @example
 * // Sequences of different lengths [T_n, I], and a class for each of them:
 * const sequences: [Tensor, number][] = …;
 * const loader = new data.DataLoader(sequences, {
 *   batchSize: 32,
 *   collate: (samples) => ({
 *     inputs: nn.utils.rnn.padSequence(samples.map(([sequence]) => sequence)), // [T, N, I]
 *     lengths: samples.map(([sequence]) => sequence.shape[0]!),
 *     targets: tensor(Int32Array.from(samples, ([, target]) => target)),
 *   }),
 * });
 */
export class DataLoader<R, B = Collated<Awaited<R>>> implements Iterable<B>, AsyncIterable<B> {
  static readonly name: string = "DataLoader";
  readonly dataset: Samples<R>;
  readonly #settings: LoaderSettings<Awaited<R>, B>;

  /**
   * @param dataset `{ length, get(index) }`, or an array
   * @throws OptionError for options that exclude each other, and for a dataset without samples that is to be shuffled
   */
  constructor(dataset: Samples<R>, options?: DataLoaderOptions<Awaited<R>, B>) {
    this.dataset = checkSamples(where, "dataset", dataset);
    this.#settings = checkLoaderOptions(dataset, options);
  }

  /** The number of batches of an iteration. */
  get length(): number {
    return lengthOf(`${where}.length`, "the sampler", this.#settings.batches);
  }

  /** What says which samples make up each batch. */
  get batchSampler(): Sampler<readonly number[]> {
    return this.#settings.batches;
  }

  get #generator(): Generator {
    return this.#settings.generator ?? defaultGenerator();
  }

  /** The batches of a dataset that gives values. */
  [Symbol.iterator](): IterableIterator<B> {
    const generator = this.#generator;
    const state = generator.getState();
    return this.#gather(this.#start(), () => generator.setState(state));
  }

  /** The batches of any dataset. */
  [Symbol.asyncIterator](): AsyncIterableIterator<B> {
    return this.#gatherAsync(this.#start());
  }

  /** Starts an iteration, with the draws that PyTorch makes at once; the order is drawn with the first batch. */
  #start(): Iterable<readonly number[]> {
    const iterator = this.#settings.batches[Symbol.iterator]();
    drawBaseSeed(this.#generator);
    return { [Symbol.iterator]: () => iterator };
  }

  /** @param undo called if the first batch shows that this is no dataset for `for`: nothing is to have been drawn then */
  *#gather(batches: Iterable<readonly number[]>, undo: () => void): IterableIterator<B> {
    let takeBack: (() => void) | undefined = undo;
    for (const indices of batches) {
      const get = (index: number) => requireValue(`get(${index})`, this.#get(index), takeBack) as Awaited<R>;
      const samples = checkIndices(indices).map(get);
      yield requireValue("what collate returns", this.#collate(samples), takeBack) as B;
      takeBack = undefined;
    }
  }

  async *#gatherAsync(batches: Iterable<readonly number[]>): AsyncIterableIterator<B> {
    for (const indices of batches) {
      // All have settled before the first failure is thrown: nothing goes on behind its back.
      const results = await Promise.allSettled(checkIndices(indices).map((index) => this.#getAsync(index)));
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      yield this.#collate(results.map((result) => (result as PromiseFulfilledResult<Awaited<R>>).value));
    }
  }

  #collate(samples: Awaited<R>[]): B | Promise<B> {
    const { collate } = this.#settings;
    return collate === undefined ? (defaultCollate(samples) as B) : collate(samples);
  }

  #get(index: number): R {
    try {
      return sampleAt(this.dataset, index);
    } catch (cause) {
      throw failure(index, cause);
    }
  }

  async #getAsync(index: number): Promise<Awaited<R>> {
    try {
      return await sampleAt(this.dataset, index);
    } catch (cause) {
      throw failure(index, cause);
    }
  }
}

function failure(index: number, cause: unknown): UnrolledError {
  const actual = cause instanceof Error ? `${cause.name}: ${cause.message}` : show(cause);
  return new UnrolledError(complaint(where, `get(${index})`, "a sample", actual), { cause });
}

function checkIndices(indices: readonly number[]): readonly number[] {
  if (Array.isArray(indices)) return indices;
  throw new OptionError(complaint(where, "what batchSampler gives", "arrays of indices", show(indices)));
}

/** Throws for a promise, and sees to it that its failure does not end the program. */
function requireValue(what: string, value: unknown, takeBack: (() => void) | undefined): unknown {
  if (!isPromise(value)) return value;
  value.then(undefined, () => undefined);
  takeBack?.();
  throw new UnrolledError(complaint(where, what, "a value in a `for` loop", "a promise", "iterate with `for await`"));
}
