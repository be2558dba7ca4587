// Whichever gradients are wanted, each has the bits that it has when all are.

import fc from "fast-check";
import { manualSeed, rand } from "unrolled";
import { expect, test } from "vitest";
import { type Case, draw, run } from "../../support/recurrent/case.js";
import { anyExtended, seedOr } from "../../support/recurrent/config.js";

const LIMITS = { input: 9, hidden: 13, layers: 2, steps: 7, batch: 4 };
const CASES = 80;
const SEED: number = seedOr(21);

/** Everything that can have a gradient, by name, so that a part of it wants none. */
function leavesOf({ net, given }: Case) {
  const parameters = net.namedParameters().map(([name, parameter]) => [`parameter.${name}`, parameter] as const);
  return [...Object.entries(given), ...parameters];
}

function check(one: Case, index: number): void {
  const all = run(one, index);
  const leaves = leavesOf(one);
  // One is wanted in any case.
  const wanted = leaves.filter((_, at) => at === index % leaves.length || rand([1]).item() < 0.5);
  for (const [, leaf] of leaves) leaf.requiresGrad = false;
  for (const [, leaf] of wanted) leaf.requiresGrad = true;
  const some = run(one, index);
  expect(Object.keys(some).filter((name) => name.endsWith(".grad"))).toEqual(wanted.map(([name]) => `${name}.grad`));
  for (const [name, { data }] of Object.entries(some)) {
    if (!Buffer.from(data.buffer).equals(Buffer.from(all[name]!.data.buffer)))
      throw new Error(`${name} of ${wanted.map(([each]) => each)}`);
  }
}

test(`${CASES} random networks, of which some gradients are wanted`, { timeout: 60_000 }, () => {
  for (const [index, config] of fc.sample(anyExtended(LIMITS), { numRuns: CASES, seed: SEED }).entries()) {
    manualSeed(SEED + index);
    try {
      check(draw({ ...config, wants: ["input", "state", "parameters"] }), index);
    } catch (cause) {
      throw new Error(`UNROLLED_SEED=${SEED}, case ${index}, ${JSON.stringify(config)}: ${(cause as Error).message}`, { cause });
    }
  }
});
