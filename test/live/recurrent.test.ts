import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { io, manualSeed, type Tensor } from "unrolled";
import { loadFile, saveFile } from "unrolled/node";
import { expect, test } from "vitest";
import { expectValues } from "../support/golden.js";
import { type Case, draw, type Results, run } from "../support/recurrent/case.js";
import { anyConfig, seedOr } from "../support/recurrent/config.js";
import { inFolder, needsPython, runPython } from "./python.js";

const LIMITS = { input: 40, hidden: 40, layers: 4, steps: 16, batch: 6 };
const CASES = 60;

/** Writes a case for Python. Checkpoints are this library's own. */
async function pose({ net, given, upstream, ...rest }: Case, path: string): Promise<void> {
  const { checkpointEvery: _, ...options } = rest.options;
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const description = {
    module: rest.module,
    sizes: rest.sizes,
    options: Object.fromEntries(Object.entries(options).map(([name, value]) => [snake(name), value])),
    lengths: rest.lengths,
    enforce_sorted: rest.enforceSorted,
    steps: rest.steps,
    wants: rest.wants,
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

/**
 * Asserts that every value and gradient is PyTorch's in float64, as exactly as PyTorch's own float32 is, times four, or to the precision of the
 * tensor's largest value: a sum here is one chain over all rows, PyTorch's is cut into blocks, which rounds less.
 */
async function expectAnswer(results: Results, path: string): Promise<void> {
  const answer = await loadFile(path);
  const errors: Record<string, number> = JSON.parse(io.safetensors.metadata(readFileSync(path))["float32 errors"] as string);
  expect(Object.keys(results).toSorted()).toEqual(Object.keys(answer).toSorted());
  for (const [name, expected] of Object.entries(answer)) {
    const actual = results[name];
    expect(actual?.shape, `the shape of ${name}`).toEqual(expected.shape);
    const scale = Array.from(expected.data).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const bound = Math.max(4 * (errors[name] as number), 4e-6 * scale);
    expectValues(name, (actual as Tensor).data, [...expected.data], () => bound);
  }
}

test(`${CASES} random modules give torch's outputs, states and gradients`, { timeout: 300_000 }, async (context) => {
  needsPython(context);
  const seed = seedOr(Date.now() % 2 ** 31);
  console.log(`UNROLLED_SEED=${seed}`);
  manualSeed(seed);
  const cases = fc.sample(anyConfig(LIMITS), { numRuns: CASES, seed }).map(draw);
  // Masks of dropout are not torch's: it does nothing in evaluation, in both.
  for (const { net } of cases) net.eval();
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
