/** Random recurrent modules: what one is made of and what it is given. */

import fc from "fast-check";

const KINDS = ["input", "state", "parameters"] as const;

export interface Config {
  readonly module: "RNN" | "LSTM" | "GRU";
  readonly sizes: readonly [input: number, hidden: number];
  readonly options: {
    readonly numLayers: number;
    readonly bias: boolean;
    readonly batchFirst: boolean;
    readonly bidirectional: boolean;
    /** Between the layers, in training. */
    readonly dropout: number;
    readonly checkpointEvery: number;
    readonly nonlinearity?: "tanh" | "relu";
    readonly projSize?: number;
    readonly layerNorm?: boolean;
    readonly recurrentDropout?: number;
  };
  readonly steps: number;
  /** Of each sequence, if they are packed. */
  readonly lengths: readonly number[] | null;
  readonly enforceSorted: boolean;
  /** 0: one sequence without a dimension for the batch. */
  readonly batch: number;
  readonly givenState: boolean;
  /** What needs a gradient: not empty. */
  readonly wants: readonly (typeof KINDS)[number][];
  /** `[T][N]` 1 where a sequence's state is zero before a step. */
  readonly resets?: readonly (readonly number[])[];
  /** What the loss is computed of, as `run` calls the results; all, if left out, but for the states after every step. */
  readonly uses?: readonly string[];
}

/** The largest that are drawn. */
export interface Limits {
  readonly input: number;
  readonly hidden: number;
  readonly layers: number;
  readonly steps: number;
  readonly batch: number;
}

/** Small ones mostly, as they shrink well and are odd often. */
function upTo(max: number): fc.Arbitrary<number> {
  return fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 1, max: Math.min(9, max) }) }, fc.integer({ min: 1, max }));
}

function moduleConfig({ input, hidden, layers }: Limits) {
  const shared = {
    numLayers: fc.integer({ min: 1, max: layers }),
    bias: fc.boolean(),
    batchFirst: fc.boolean(),
    bidirectional: fc.boolean(),
    dropout: fc.constantFrom(0, 0.2, 0.5),
    checkpointEvery: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 })),
  };
  const ofSize = (size: number) =>
    fc.oneof(
      fc.record({ module: fc.constant("RNN"), options: fc.record({ ...shared, nonlinearity: fc.constantFrom("tanh", "relu") }) }),
      fc.record({ module: fc.constant("GRU"), options: fc.record(shared) }),
      fc.record({
        module: fc.constant("LSTM"),
        options: fc.record({ ...shared, projSize: fc.oneof(fc.constant(0), fc.nat(size - 1)) }),
      }),
    );
  return fc
    .tuple(upTo(input), upTo(hidden))
    .chain((sizes) => ofSize(sizes[1]).map(({ module, options }) => ({ module, sizes, options: withoutIdleDropout(options) })));
}

/** With one layer dropout does nothing but warn. */
function withoutIdleDropout<T extends { numLayers: number; dropout: number }>(options: T): T {
  return options.numLayers === 1 ? { ...options, dropout: 0 } : options;
}

function inputConfig(limits: Limits) {
  const drawn = { steps: upTo(limits.steps), batch: fc.nat(limits.batch), packed: fc.boolean(), sorted: fc.boolean() };
  return fc.record(drawn).chain(({ steps, batch, packed, sorted }) => {
    const lengths = fc.array(fc.integer({ min: 1, max: steps }), { minLength: batch, maxLength: batch });
    const inOrder = lengths.map((list) => (sorted ? list.toSorted((a, b) => b - a) : list));
    return fc
      .record({
        steps: fc.constant(steps),
        batch: fc.constant(batch),
        lengths: packed && batch > 0 ? inOrder : fc.constant(null),
        enforceSorted: fc.constant(sorted),
        givenState: fc.boolean(),
        wants: fc.oneof(fc.constant(KINDS), fc.subarray([...KINDS], { minLength: 1 })),
      })
      .filter(({ givenState, wants }) => givenState || wants.join() !== "state");
  });
}

/** Any mix of everything. */
export function anyConfig(limits: Limits): fc.Arbitrary<Config> {
  return fc.tuple(moduleConfig(limits), inputConfig(limits)).map(([module, input]) => ({ ...module, ...input }) as Config);
}

/** The same with what PyTorch does not have, and sequences without steps. */
export function anyExtended(limits: Limits): fc.Arbitrary<Config> {
  return anyConfig(limits).chain((config) => {
    const { steps, batch, lengths, options } = config;
    const rows = (count: number, most: number) => fc.array(fc.integer({ min: 0, max: most }), { minLength: count, maxLength: count });
    return fc
      .record({
        layerNorm: fc.boolean(),
        recurrentDropout: fc.constantFrom(0, 0.3),
        marks: fc.option(fc.array(rows(Math.max(batch, 1), 1), { minLength: steps, maxLength: steps })),
        lengths: lengths === null ? fc.constant(null) : rows(batch, steps),
        uses: fc.option(fc.shuffledSubarray(resultsOf(config), { minLength: 1 })),
      })
      .map(({ layerNorm, recurrentDropout, marks, lengths: others, uses }) => ({
        ...config,
        options: { ...options, layerNorm, recurrentDropout },
        lengths: config.enforceSorted ? (others?.toSorted((a, b) => b - a) ?? null) : others,
        ...(marks && { resets: marks }),
        ...(uses && { uses }),
      }));
  });
}

/** What a loss may be computed of. */
function resultsOf({ module, options }: Config): string[] {
  const runs = Array.from({ length: options.numLayers * (options.bidirectional ? 2 : 1) }, (_, run) => run);
  const of = (state: string) => [`${state}n`, ...runs.map((run) => `${state}.${run}`)];
  return ["output", ...of("h"), ...(module === "LSTM" ? of("c") : [])];
}

/** A seed from the environment variable UNROLLED_SEED, or `otherwise`. */
export function seedOr(otherwise: number): number {
  return Number(process.env["UNROLLED_SEED"] ?? otherwise);
}
