import { data, manualSeed, nn, OptionError, rand, type Tensor, tensor, UnrolledError } from "unrolled";
import { describe, expect, test, vi } from "vitest";

const identity = (n: number) => ({ length: n, get: (index: number) => index });
const promised = (n: number) => ({ length: n, get: async (index: number) => index });
const list = <T>(samples: T[]): T[] => samples;

async function collect<T>(loader: AsyncIterable<T>): Promise<T[]> {
  const batches: T[] = [];
  for await (const batch of loader) batches.push(batch);
  return batches;
}

describe("batches", () => {
  test("of tensors are stacked, with `for` and `for await`", async () => {
    const inputs = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { shape: [5, 2] });
    const targets = tensor(new Int32Array([5, 6, 7, 8, 9]));
    const loader = new data.DataLoader(new data.TensorDataset(inputs, targets), { batchSize: 2 });
    expect(loader.length).toBe(3);
    const seen: unknown[] = [];
    for (const [input, target] of loader) seen.push([input.toArray(), target.toArray(), target.dtype]);
    expect(seen).toEqual([
      [
        [
          [0, 1],
          [2, 3],
        ],
        [5, 6],
        "int32",
      ],
      [
        [
          [4, 5],
          [6, 7],
        ],
        [7, 8],
        "int32",
      ],
      [[[8, 9]], [9], "int32"],
    ]);
    const again = (await collect(loader)).map(([input, target]) => [input.toArray(), target.toArray(), target.dtype]);
    expect(again).toEqual(seen);
  });

  test("a last one of fewer can be left out", () => {
    const loader = new data.DataLoader(identity(7), { batchSize: 3, dropLast: true, collate: list });
    expect([loader.length, [...loader]]).toEqual([
      2,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ]);
  });

  test("of one sample are the default", () => {
    expect([...new data.DataLoader(identity(2))].map((batch) => batch.toArray())).toEqual([[0], [1]]);
    expect([...new data.DataLoader(identity(0))]).toEqual([]);
  });

  test("of an array of samples", () => {
    const loader = new data.DataLoader(["a", "b", "c"], { batchSize: 2 });
    expect([...loader]).toEqual([["a", "b"], ["c"]]);
    expect(loader.dataset).toEqual(["a", "b", "c"]);
  });

  test("of sequences that a collate function pads", () => {
    const sequences: [Tensor, number][] = [1, 3, 2].map((length, index) => [rand([length, 4]), index]);
    const loader = new data.DataLoader(sequences, {
      batchSize: 3,
      collate: (samples) => ({
        inputs: nn.utils.rnn.padSequence(samples.map(([sequence]) => sequence)),
        lengths: samples.map(([sequence]) => sequence.shape[0]),
        targets: tensor(Int32Array.from(samples, ([, target]) => target)),
      }),
    });
    const [batch] = loader;
    expect([batch?.inputs.shape, batch?.lengths, batch?.targets.toArray()]).toEqual([
      [3, 3, 4],
      [1, 3, 2],
      [0, 1, 2],
    ]);
    expect(batch?.inputs.select(1, 1).toArray()).toEqual(sequences[1]![0].toArray());
  });

  test("of a sampler, and of a batch sampler", () => {
    const sampled = new data.DataLoader(identity(9), { batchSize: 2, sampler: [8, 0, 4], collate: list });
    expect([sampled.length, [...sampled]]).toEqual([2, [[8, 0], [4]]]);
    const batched = new data.DataLoader(identity(9), { batchSampler: [[1, 2, 3], [4]], collate: list });
    expect([batched.length, [...batched]]).toEqual([2, [[1, 2, 3], [4]]]);
    const unknown = new data.DataLoader(identity(9), { sampler: new Set([3, 1]), collate: list });
    expect([...unknown]).toEqual([[3], [1]]);
    expect(() => unknown.length).toThrow("data.BatchSampler.length: the sampler must be one that has a length, got an object");
  });

  test("closes a sampler that is left early", () => {
    let closed = false;
    const sampler = {
      *[Symbol.iterator]() {
        try {
          yield* [1, 2, 3];
        } finally {
          closed = true;
        }
      },
    };
    for (const _ of new data.DataLoader(identity(9), { sampler })) break;
    expect(closed).toBe(true);
  });

  test("follow a dataset that grows", () => {
    const samples = [1, 2];
    const loader = new data.DataLoader(samples, { batchSize: 2, collate: list });
    samples.push(3);
    expect([loader.length, [...loader]]).toEqual([2, [[1, 2], [3]]]);
  });
});

describe("a dataset of promises", () => {
  test("is asked for a whole batch at once", async () => {
    let [open, most] = [0, 0];
    const dataset = {
      length: 5,
      get: async (index: number) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5 - index));
        open--;
        return index;
      },
    };
    expect(await collect(new data.DataLoader(dataset, { batchSize: 3, collate: list }))).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(most).toBe(3);
  });

  test("is refused by `for`, which has drawn nothing", async () => {
    const loader = new data.DataLoader(promised(5), { batchSize: 2, shuffle: true });
    manualSeed(3);
    const expected = (await collect(loader)).map((batch) => batch.toArray());
    manualSeed(3);
    expect(() => [...loader]).toThrow(UnrolledError);
    expect(() => [...loader]).toThrow(
      /^data\.DataLoader: get\(\d\) must be a value in a `for` loop, got a promise; iterate with `for await`$/,
    );
    expect((await collect(loader)).map((batch) => batch.toArray())).toEqual(expected);
  });

  test("that fails ends no program that `for` refused already", async () => {
    const failed = vi.fn();
    process.on("unhandledRejection", failed);
    const loader = new data.DataLoader({ length: 2, get: () => Promise.reject(new Error("no")) });
    expect(() => [...loader]).toThrow("iterate with `for await`");
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", failed);
    expect(failed).not.toHaveBeenCalled();
  });

  test("a promise of a batch is refused, too", () => {
    const loader = new data.DataLoader(identity(2), { collate: async (samples) => samples });
    expect(() => [...loader]).toThrow("data.DataLoader: what collate returns must be a value in a `for` loop, got a promise");
  });
});

describe("a sample that fails", () => {
  const cause = new RangeError("disk full");
  const failing = (isAsync: boolean) => {
    let broken = true;
    const get = (index: number) => {
      if (broken && index === 3) throw cause;
      return index;
    };
    const dataset = { length: 5, get: isAsync ? async (index: number) => get(index) : get };
    return {
      loader: new data.DataLoader<number | Promise<number>, number[]>(dataset, { batchSize: 2, collate: list }),
      mend: () => {
        broken = false;
      },
    };
  };

  test.each([false, true])("is named, and the loader can be used again (promises: %s)", async (isAsync) => {
    const { loader, mend } = failing(isAsync);
    const seen: number[][] = [];
    const run = async () => {
      for await (const batch of loader) seen.push(batch);
    };
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnrolledError);
    expect(error).toMatchObject({ message: "data.DataLoader: get(3) must be a sample, got RangeError: disk full", cause });
    expect(seen).toEqual([[0, 1]]);
    mend();
    expect(await collect(loader)).toEqual([[0, 1], [2, 3], [4]]);
  });

  test("with `for`", () => {
    const { loader, mend } = failing(false);
    expect(() => [...loader]).toThrow("data.DataLoader: get(3) must be a sample, got RangeError: disk full");
    mend();
    expect([...loader]).toEqual([[0, 1], [2, 3], [4]]);
  });

  test("waits for the others of its batch", async () => {
    let done = false;
    const get = async (index: number) => {
      if (index === 0) throw cause;
      await new Promise((resolve) => setTimeout(resolve, 5));
      done = true;
    };
    await expect(collect(new data.DataLoader({ length: 2, get }, { batchSize: 2 }))).rejects.toThrow("get(0) must be a sample");
    expect(done).toBe(true);
  });
});

describe("arguments", () => {
  const loader = (options: object, dataset: unknown = identity(3)) => new data.DataLoader(dataset as data.Dataset<number>, options);
  test.each<[string, () => unknown, string]>([
    ["no dataset", () => loader({}, 3), "data.DataLoader: dataset must be { length, get(index) } or an array, got 3"],
    ["no length", () => loader({}, { get: () => 1 }), "dataset must be { length, get(index) } or an array, got { get }"],
    ["half a length", () => loader({}, { length: 0.5, get: () => 1 }), "dataset must be { length, get(index) } or an array, got { length"],
    ["no get", () => loader({}, new Float32Array(2)), "dataset must be { length, get(index) } or an array, got a Float32Array"],
    ["batchSize", () => loader({ batchSize: 0 }), "data.DataLoader: batchSize must be an integer >= 1, got 0"],
    ["shuffle", () => loader({ shuffle: 1 }), "data.DataLoader: shuffle must be true or false, got 1"],
    ["dropLast", () => loader({ dropLast: "no" }), 'data.DataLoader: dropLast must be true or false, got "no"'],
    ["collate", () => loader({ collate: [] }), "data.DataLoader: collate must be a function, got []"],
    ["generator", () => loader({ generator: 3 }), "data.DataLoader: generator must be a Generator, got 3"],
    ["sampler", () => loader({ sampler: 3 }), "data.DataLoader: sampler must be something to iterate over, got 3"],
    ["batchSampler", () => loader({ batchSampler: "a" }), 'data.DataLoader: batchSampler must be something to iterate over, got "a"'],
    ["both", () => loader({ sampler: [1], shuffle: true }), "shuffle must be left out with a sampler, which says the order, got true"],
    [
      "batches and their size",
      () => loader({ batchSampler: [[1]], batchSize: 2 }),
      "data.DataLoader: batchSampler must be alone, got batchSize, shuffle, sampler or dropLast beside it",
    ],
    [
      "nothing to shuffle",
      () => loader({ shuffle: true }, []),
      "data.RandomSampler: the length of the dataset must be an integer >= 1, got 0",
    ],
    ["an unknown one", () => loader({ batch_size: 2 }), 'got "batch_size"; did you mean "batchSize"?'],
    ["indices that are none", () => [...loader({ batchSampler: [1, 2] })], "what batchSampler gives must be arrays of indices, got 1"],
    ["an index too many", () => [...loader({ sampler: [3] }, [1, 2])], "an array of samples: index must be an integer in [0, 2), got 3"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
    if (!message.includes("of samples")) expect(call).toThrow(OptionError);
  });
});
