import { data, Generator, manualSeed, rand, randint } from "unrolled";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { golden } from "../support/golden.js";

interface DataCase {
  readonly kind: "loader" | "random sampler" | "subset random sampler" | "random split";
  readonly seed: number;
  /** Whether the draws are from a generator of one's own, seeded with the next seed. */
  readonly own: boolean;
  readonly n: number;
  readonly options: data.DataLoaderOptions<number, number[]> & data.RandomSamplerOptions;
  readonly what: "epochs" | "epochs1" | "break" | "two iterators" | "created only";
  /** How many indices each iteration of a random sampler gave before it was left; all if undefined. */
  readonly take?: number;
  readonly indices: number[];
  readonly lengths: number[];
  readonly out: unknown[];
  readonly length: number;
  /** Three numbers below a million that the default generator gives afterwards, and those of the other. */
  readonly after: number[];
  readonly afterOwn: number[] | null;
}

const identity = (n: number): data.Dataset<number> => ({ length: n, get: (index) => index });

function take<T>(iterable: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const each of iterable) {
    taken.push(each);
    if (taken.length === count) break;
  }
  return taken;
}

const iterations: Record<DataCase["what"], (loader: data.DataLoader<number, number[]>) => unknown[]> = {
  epochs: (loader) => [[...loader], [...loader]],
  epochs1: (loader) => [[...loader]],
  break: (loader) => [take(loader, 2), take(loader, 2), [...loader]],
  "two iterators": (loader) => {
    const [a, b] = [loader[Symbol.iterator](), loader[Symbol.iterator]()];
    return [[b.next().value], [a.next().value], [...a], [...b]];
  },
  "created only": (loader) => {
    loader[Symbol.iterator]();
    loader[Symbol.asyncIterator]();
    return [];
  },
};

const kinds: Record<DataCase["kind"], (expected: DataCase, generator: Generator | undefined) => [out: unknown[], length?: number]> = {
  loader: ({ n, options, what }, generator) => {
    const loader = new data.DataLoader(identity(n), { ...options, generator, collate: (samples) => samples });
    return [iterations[what](loader), loader.length];
  },
  "random sampler": ({ n, options, take: count = Number.POSITIVE_INFINITY }, generator) => {
    const sampler = new data.RandomSampler(identity(n), { ...options, generator });
    return [[take(sampler, count), take(sampler, count)], sampler.length];
  },
  "subset random sampler": ({ indices }, generator) => {
    const sampler = new data.SubsetRandomSampler(indices, { generator });
    return [[[...sampler], [...sampler]], sampler.length];
  },
  "random split": ({ n, lengths }, generator) => [data.randomSplit(identity(n), lengths, { generator }).map(({ indices }) => indices)],
};

// Of the fractions that get no sample.
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const next = (generator?: Generator) => [...randint(0, 1_000_000, [3], { generator }).data];

describe.each(Object.keys(kinds) as DataCase["kind"][])("%s", (kind) => {
  const cases = golden<DataCase>("data").filter((each) => each.kind === kind);
  test.each(cases)("draws what PyTorch does: $what $options $lengths, seed $seed, own generator $own", (expected) => {
    manualSeed(expected.seed);
    const generator = expected.own ? new Generator().manualSeed(expected.seed + 1) : undefined;
    const [out, length] = kinds[kind](expected, generator);
    expect(out).toEqual(expected.out);
    expect(length).toBe(expected.length);
    expect(next()).toEqual(expected.after);
    expect(generator === undefined ? null : next(generator)).toEqual(expected.afterOwn);
  });
});

interface EpochsCase {
  readonly seed: number;
  readonly call: string;
  readonly epochs: number[][][];
  readonly after: { readonly data: number[] };
}

test.each(golden<EpochsCase>("random").filter(({ epochs }) => epochs !== undefined))(
  "two epochs with `for await` are those of PyTorch: seed $seed",
  async ({ seed, epochs, after }) => {
    manualSeed(seed);
    const dataset = { length: 11, get: async (index: number) => index };
    const loader = new data.DataLoader(dataset, { batchSize: 3, shuffle: true, collate: async (samples) => samples });
    for (const epoch of epochs) {
      const batches = [];
      for await (const batch of loader) batches.push(batch);
      expect(batches).toEqual(epoch);
    }
    for (const [index, value] of [...rand([2]).data].entries()) expect(value).toBeCloseTo(after.data[index]!, 7);
  },
);
