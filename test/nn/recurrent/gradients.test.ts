// Dropout, lengths, layers, both directions and states together: every gradient beside a central difference in float64, the masks held fixed.

import { manualSeed, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { expectValues } from "../../support/golden.js";
import { type Case, draw, type Results, run } from "../../support/recurrent/case.js";
import type { Config } from "../../support/recurrent/config.js";
import { masks } from "../../support/recurrent/mask.js";
import { forward } from "../../support/recurrent/reference.js";
import { Slopes } from "../../support/recurrent/slopes.js";

/** Three layers, so that there are two masks to mistake for each other. */
const TOGETHER = {
  sizes: [3, 5],
  steps: 6,
  batch: 4,
  // One step of padding that no sequence has, and two sequences of one length.
  lengths: [2, 5, 1, 2],
  enforceSorted: false,
  givenState: true,
  wants: ["input", "state", "parameters"],
} as const;
const OPTIONS = { numLayers: 3, bias: true, batchFirst: true, bidirectional: true, dropout: 0.4, checkpointEvery: 0 } as const;

const CONFIGS: Record<string, Config> = {
  RNN: { ...TOGETHER, module: "RNN", options: OPTIONS },
  "RNN with relu, two layers": { ...TOGETHER, module: "RNN", options: { ...OPTIONS, numLayers: 2, nonlinearity: "relu" } },
  GRU: { ...TOGETHER, module: "GRU", options: OPTIONS },
  LSTM: { ...TOGETHER, module: "LSTM", options: OPTIONS },
  "LSTM with projection, from checkpoints": {
    ...TOGETHER,
    module: "LSTM",
    options: { ...OPTIONS, batchFirst: false, numLayers: 2, projSize: 3, checkpointEvery: 2 },
  },
};

const MASK_SEED = 77;

/** The largest error may be so large a part of the tensor's largest value, or of 1. */
const TOLERANCE = 4e-6;

/** Asserts that all numbers are those, to the precision of the tensor's largest. */
function expectTensor(what: string, actual: Tensor | undefined, expected: readonly number[]): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expectValues(what, (actual as Tensor).data, expected, () => TOLERANCE * scale);
}

/** Each number of a tensor `[N, T, …]`, or `[T, N, …]`, with whether it lies past the end of its sequence. */
function padding({ lengths, options: { batchFirst } }: Case, { shape, data }: Tensor): boolean[] {
  const [first, second, width] = shape as [number, number, number];
  return Array.from(data, (_, at) => {
    const [a, b] = [Math.floor(at / width / second), Math.floor(at / width) % second];
    expect(a).toBeLessThan(first);
    return batchFirst ? b >= (lengths?.[a] as number) : a >= (lengths?.[b] as number);
  });
}

describe.each(Object.entries(CONFIGS))("%s", (_, config) => {
  manualSeed(3);
  const one = draw(config);
  const results: Results = run(one, MASK_SEED);
  const mask = masks(config, MASK_SEED);

  test("the results are those of the layers with these masks between them", () => {
    for (const [name, expected] of Object.entries(forward(config, new Slopes(one, mask).values, mask))) {
      expectTensor(name, results[name], [...expected]);
    }
  });

  test("every gradient is the slope of the loss", { timeout: 60_000 }, () => {
    const slopes = new Slopes(one, mask);
    const names = Object.keys(slopes.values);
    expect(Object.keys(results).filter((name) => name.endsWith(".grad"))).toEqual(names.map((name) => `${name}.grad`));
    for (const name of names) expectTensor(`the gradient of ${name}`, results[`${name}.grad`], slopes.gradient(name));
  });

  test("a step that a sequence does not have takes part in nothing", () => {
    const { input } = one.given as { input: Tensor };
    const isPadding = padding(one, input);
    const ofInput = results["input.grad"]?.data as Float32Array;
    expect(isPadding.filter((value) => value)).toHaveLength(3 * (6 * 4 - 10));
    expect(ofInput.filter((value, at) => isPadding[at] && value !== 0)).toHaveLength(0);
    // What stands there, and the gradient that comes there, change no bit of anything.
    const spoiled = (whole: Tensor) => {
      const past = padding(one, whole);
      const values = whole.data.map((value, at) => (past[at] ? Number.NaN : value));
      return tensor(values, { shape: whole.shape, requiresGrad: whole.requiresGrad });
    };
    const given = { ...one.given, input: spoiled(input) };
    const upstream = { ...one.upstream, output: spoiled(one.upstream["output"] as Tensor) };
    const again = run({ ...one, given, upstream }, MASK_SEED);
    for (const [name, { data }] of Object.entries(results)) expect(again[name]?.data, name).toEqual(data);
  });
});
