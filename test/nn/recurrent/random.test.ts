// Random networks, in training, beside a reference in float64: all results, and every tensor's gradient along random directions.

import fc from "fast-check";
import { manualSeed, randint, type Tensor } from "unrolled";
import { expect, test } from "vitest";
import { expectValues } from "../../support/golden.js";
import { draw, run } from "../../support/recurrent/case.js";
import { anyConfig, anyExtended, type Config, seedOr } from "../../support/recurrent/config.js";
import { masks } from "../../support/recurrent/mask.js";
import { forward } from "../../support/recurrent/reference.js";
import { Slopes } from "../../support/recurrent/slopes.js";

const LIMITS = { input: 19, hidden: 21, layers: 3, steps: 9, batch: 5 };
const CASES = 120;
const SEED: number = seedOr(20);

/** The largest error of a number may be so large a part of the tensor's largest, or of 1. */
const TOLERANCE = 4e-6;

/** Layer norm divides by deviations, some of which are small. */
const NORM_TOLERANCE = 4e-5;

function scaleOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
}

/** Asserts that the gradient, along a direction in which every number goes up or down by as much, is the slope of the loss. */
function expectSlope(slopes: Slopes, name: string, gradient: Tensor, relative: number): void {
  const count = gradient.numel();
  const direction = randint(0, 2, [count]).data.map((bit) => 2 * bit - 1);
  const actual = Array.from(gradient.data).reduce((sum, value, at) => sum + value * direction[at]!, 0);
  // Errors of single numbers have any sign: their sum grows as its root.
  const tolerance = relative * scaleOf(gradient.data) * Math.sqrt(count);
  expectValues(`the gradient of ${name} along a direction`, [actual], [slopes.along(name, direction)], () => tolerance);
}

/** The tensors whose gradients a configuration asks for. */
function wanted({ wants }: Config, names: readonly string[]): string[] {
  const kindOf = (name: string) => (name === "input" ? "input" : name.startsWith("parameter.") ? "parameters" : "state");
  return names.filter((name) => wants.includes(kindOf(name)));
}

function check(config: Config, index: number): void {
  manualSeed(SEED + index);
  const one = draw(config);
  const results = run(one, index);
  const mask = masks(config, index);
  const slopes = new Slopes(one, mask);
  const relative = config.options.layerNorm ? NORM_TOLERANCE : TOLERANCE;
  for (const [name, expected] of Object.entries(forward(config, slopes.values, mask))) {
    expectValues(name, results[name]!.data, [...expected], () => relative * scaleOf(expected));
  }
  const gradients = wanted(config, Object.keys(slopes.values));
  expect(Object.keys(results).filter((name) => name.endsWith(".grad"))).toEqual(gradients.map((name) => `${name}.grad`));
  for (const name of gradients) expectSlope(slopes, name, results[`${name}.grad`]!, relative);
}

test.each([
  ["random networks", anyConfig],
  ["with what PyTorch does not have, and sequences without steps", anyExtended],
])(`${CASES} %s`, { timeout: 120_000 }, (_, any) => {
  for (const [index, config] of fc.sample(any(LIMITS), { numRuns: CASES, seed: SEED }).entries()) {
    try {
      check(config, index);
    } catch (cause) {
      throw new Error(`UNROLLED_SEED=${SEED}, case ${index}, ${JSON.stringify(config)}: ${(cause as Error).message}`, { cause });
    }
  }
});

test("cases are of every kind", () => {
  const configs = fc.sample(anyConfig(LIMITS), { numRuns: 10 * CASES, seed: SEED });
  const count = (is: (config: Config) => unknown) => configs.filter(is).length;
  for (const module of ["RNN", "LSTM", "GRU"]) expect(count((config) => config.module === module)).toBeGreaterThan(200);
  expect(count(({ options }) => options.projSize)).toBeGreaterThan(50);
  expect(count(({ options }) => options.nonlinearity === "relu")).toBeGreaterThan(50);
  expect(count(({ options }) => options.dropout > 0 && options.numLayers > 2)).toBeGreaterThan(50);
  expect(count(({ lengths, enforceSorted, options }) => lengths && !enforceSorted && options.dropout > 0)).toBeGreaterThan(50);
  expect(count(({ options }) => options.checkpointEvery > 0)).toBeGreaterThan(200);
  expect(count(({ batch }) => batch === 0)).toBeGreaterThan(50);
  expect(count(({ wants }) => wants.length < 3)).toBeGreaterThan(200);
});

test("cases with what PyTorch does not have are of every kind", () => {
  const configs = fc.sample(anyExtended(LIMITS), { numRuns: 10 * CASES, seed: SEED });
  const count = (is: (config: Config) => unknown) => configs.filter(is).length;
  expect(count(({ options }) => options.layerNorm && options.projSize)).toBeGreaterThan(50);
  expect(count(({ options }) => options.layerNorm && options.recurrentDropout && options.checkpointEvery)).toBeGreaterThan(50);
  expect(count(({ resets, options }) => resets && options.bidirectional && options.checkpointEvery)).toBeGreaterThan(50);
  expect(count(({ lengths, enforceSorted }) => lengths?.includes(0) && !enforceSorted)).toBeGreaterThan(50);
  expect(count(({ lengths }) => lengths?.every((length) => length === 0))).toBeGreaterThan(10);
  expect(count(({ uses, module }) => module === "LSTM" && uses?.some((name) => name.startsWith("c.")))).toBeGreaterThan(50);
  expect(count(({ uses }) => uses?.some((name) => name.includes(".")) && !uses.includes("output"))).toBeGreaterThan(50);
});
