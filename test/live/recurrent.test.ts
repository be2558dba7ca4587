import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { io, manualSeed, nn, randn, type Tensor } from "unrolled";
import { loadFile, saveFile } from "unrolled/node";
import { expect, test } from "vitest";
import { inFolder, needsPython, runPython } from "./python.js";

const { packPaddedSequence, padPackedSequence } = nn.utils.rnn;

interface Config {
  readonly module: "RNN" | "LSTM" | "GRU";
  readonly sizes: readonly [input: number, hidden: number];
  readonly options: {
    readonly numLayers: number;
    readonly bias: boolean;
    readonly batchFirst: boolean;
    readonly bidirectional: boolean;
    readonly nonlinearity?: "tanh" | "relu";
    readonly projSize?: number;
  };
  readonly steps: number;
  /** Of each sequence, if they are packed. */
  readonly lengths: number[] | null;
  readonly enforceSorted: boolean;
  /** 0: one sequence without a dimension for the batch. */
  readonly batch: number;
  readonly givenState: boolean;
}

const sharedOptions = {
  numLayers: fc.integer({ min: 1, max: 3 }),
  bias: fc.boolean(),
  batchFirst: fc.boolean(),
  bidirectional: fc.boolean(),
};

const moduleConfig = fc.integer({ min: 1, max: 13 }).chain((hidden) => {
  const projSize = fc.oneof(fc.constant(0), fc.nat(hidden - 1));
  return fc
    .oneof(
      fc.record({ module: fc.constant("RNN"), options: fc.record({ ...sharedOptions, nonlinearity: fc.constantFrom("tanh", "relu") }) }),
      fc.record({ module: fc.constant("GRU"), options: fc.record(sharedOptions) }),
      fc.record({ module: fc.constant("LSTM"), options: fc.record({ ...sharedOptions, projSize }) }),
    )
    .chain((module) => fc.integer({ min: 1, max: 9 }).map((input) => ({ ...module, sizes: [input, hidden] as const })));
});

const inputConfig = fc
  .record({ steps: fc.integer({ min: 1, max: 9 }), batch: fc.nat(6), packed: fc.boolean(), sorted: fc.boolean() })
  .chain(({ steps, batch, packed, sorted }) => {
    const lengths = fc.array(fc.integer({ min: 1, max: steps }), { minLength: batch, maxLength: batch });
    const inOrder = lengths.map((list) => (sorted ? list.toSorted((a, b) => b - a) : list));
    return fc.record({
      steps: fc.constant(steps),
      batch: fc.constant(batch),
      lengths: packed && batch > 0 ? inOrder : fc.constant(null),
      enforceSorted: fc.constant(sorted),
      givenState: fc.boolean(),
    });
  });

const config = fc.tuple(moduleConfig, inputConfig).map(([module, input]) => ({ ...module, ...input }) as Config);

/** A module with its input, its states if they are given, and upstream gradients. */
interface Case extends Config {
  readonly net: nn.RNN | nn.LSTM | nn.GRU;
  readonly given: Record<string, Tensor>;
  readonly upstream: Record<string, Tensor>;
}

function draw(one: Config): Case {
  const { module, sizes, options, steps, batch } = one;
  const { numLayers, bidirectional, batchFirst, projSize = 0 } = options;
  const net = new nn[module](...sizes, options);
  const directions = bidirectional ? 2 : 1;
  const withBatch = (first: number, last: number) =>
    batch === 0 ? [first, last] : batchFirst ? [batch, first, last] : [first, batch, last];
  const stateShape = (last: number) => [numLayers * directions, ...(batch === 0 ? [] : [batch]), last];
  const hidden = projSize || sizes[1];
  const states: Record<string, number[]> = { h0: stateShape(hidden), ...(module === "LSTM" ? { c0: stateShape(sizes[1]) } : {}) };
  const random = (shapes: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, randn(shape, { requiresGrad: true })]));
  return {
    ...one,
    net,
    given: random({ input: withBatch(steps, sizes[0]), ...(one.givenState ? states : {}) }),
    upstream: random({
      output: withBatch(steps, directions * hidden),
      ...Object.fromEntries(Object.entries(states).map(([name, shape]) => [name.replace("0", "n"), shape])),
    }),
  };
}

/** Forward and backward of `Σ result ⊙ upstream`: results, and the gradient of everything that was given. */
function run({ net, given, upstream, lengths, enforceSorted, steps, options: { batchFirst } }: Case): Record<string, Tensor | null> {
  const { input, h0, c0 } = given as { input: Tensor; h0?: Tensor; c0?: Tensor };
  type Forward = (input: Tensor | nn.utils.rnn.PackedSequence, state: unknown) => [Tensor | nn.utils.rnn.PackedSequence, Tensor | Tensor[]];
  const forward = net.forward.bind(net) as unknown as Forward;
  const state = h0 && c0 ? [h0, c0] : h0;
  const [result, last] = forward(lengths === null ? input : packPaddedSequence(input, lengths, { batchFirst, enforceSorted }), state);
  const output = result instanceof nn.utils.rnn.PackedSequence ? padPackedSequence(result, { batchFirst, totalLength: steps })[0] : result;
  const [hn, cn] = [last].flat() as [Tensor, Tensor?];
  const results: Record<string, Tensor> = { output, hn, ...(cn ? { cn } : {}) };
  const terms = Object.entries(results).map(([name, value]) => value.mul((upstream[name] as Tensor).detach()).sum());
  terms.reduce((sum, term) => sum.add(term)).backward();
  const gradients = Object.entries(given).map(([name, leaf]) => [`${name}.grad`, leaf.grad]);
  const ofParameters = net.namedParameters().map(([name, parameter]) => [`parameter.${name}.grad`, parameter.grad]);
  return { ...results, ...Object.fromEntries(gradients), ...Object.fromEntries(ofParameters) };
}

/** Writes a case for Python. */
async function pose({ net, given, upstream, ...rest }: Case, path: string): Promise<void> {
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const options = Object.fromEntries(Object.entries(rest.options).map(([name, value]) => [snake(name), value]));
  const description = {
    module: rest.module,
    sizes: rest.sizes,
    options,
    lengths: rest.lengths,
    enforce_sorted: rest.enforceSorted,
    steps: rest.steps,
  };
  const named = (prefix: string, entries: readonly (readonly [string, Tensor])[]) =>
    entries.map(([name, value]) => [`${prefix}${name}`, value]);
  const tensors = [
    ...named("", Object.entries(given)),
    ...named("upstream.", Object.entries(upstream)),
    ...named("parameter.", net.namedParameters()),
  ];
  await saveFile(Object.fromEntries(tensors), path, { metadata: { case: JSON.stringify(description) } });
}

/** Asserts that every value and gradient is PyTorch's, as exactly as PyTorch's own float32 is, times four. */
async function expectAnswer(results: Record<string, Tensor | null>, path: string): Promise<void> {
  const answer = await loadFile(path);
  const errors: Record<string, number> = JSON.parse(io.safetensors.metadata(readFileSync(path))["float32 errors"] as string);
  expect(Object.keys(results).toSorted()).toEqual(Object.keys(answer).toSorted());
  for (const [name, expected] of Object.entries(answer)) {
    const actual = results[name];
    expect(actual?.shape, `the shape of ${name}`).toEqual(expected.shape);
    const bound = (value: number) => Math.max(4 * (errors[name] as number), 2e-6 + 4e-7 * Math.abs(value));
    const [ours, theirs] = [(actual as Tensor).data, expected.data];
    const worst = theirs.findIndex((value, index) => !(Math.abs((ours[index] as number) - value) <= bound(value)));
    if (worst >= 0) expect.fail(`${name}[${worst}] is ${ours[worst]}, expected ${theirs[worst]} within ${bound(theirs[worst] as number)}`);
  }
}

test("60 random modules give torch's outputs, states and gradients", { timeout: 300_000 }, async (context) => {
  needsPython(context);
  const seed = Number(process.env["UNROLLED_SEED"] ?? Date.now() % 2 ** 31);
  manualSeed(seed);
  const cases = fc.sample(config, { numRuns: 60, seed }).map(draw);
  await inFolder(async (folder) => {
    const file = (index: number, kind: string) => join(folder, `${index}.${kind}.safetensors`);
    for (const [index, one] of cases.entries()) await pose(one, file(index, "case"));
    runPython("recurrent.py", folder);
    for (const [index, one] of cases.entries()) {
      const { net, given, upstream, ...description } = one;
      await expectAnswer(run(one), file(index, "answer")).catch((cause: Error) => {
        throw new Error(`UNROLLED_SEED=${seed}, ${JSON.stringify(description)}: ${cause.message}`, { cause });
      });
    }
  });
});
