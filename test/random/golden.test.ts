import { Generator, manualSeed, rand, randint, randn, randperm, type Tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { expectValues, golden, type Plain } from "../support/golden.js";

interface Case {
  readonly seed: number;
  readonly call: string;
  readonly value: Plain;
}

const calls: Record<string, (generator?: Generator) => Tensor> = {
  "rand(5)": (generator) => rand([5], { generator }),
  "rand(3,7)": (generator) => rand([3, 7], { generator }),
  "randn(5)": (generator) => randn([5], { generator }),
  "randn(4,9)": (generator) => randn([4, 9], { generator }),
  "randperm(12)": (generator) => randperm(12, { generator }),
  "randint(0,10,[8])": (generator) => randint(0, 10, [8], { generator }),
};

/** randn goes through logarithm, sine and cosine: within 1.5e-6 (absolute). Everything else is exact. */
function tolerance(call: string): (expected: number) => number {
  return call.startsWith("randn") ? () => 1.5e-6 : (expected) => Math.abs(expected) * 1e-9;
}

const cases = golden<Case>("random").filter(({ call }) => call in calls);

describe("the numbers of torch.manual_seed", () => {
  test("there are cases", () => expect(cases).toHaveLength(5 * 6));

  test.each(cases)("seed $seed, $call", ({ seed, call, value }) => {
    manualSeed(seed);
    const actual = calls[call]!();
    expect(actual.shape).toEqual(value.shape);
    expectValues(call, actual.data, value.data, tolerance(call));
    // A generator of one's own gives the same.
    expect(calls[call]!(new Generator().manualSeed(seed)).data).toEqual(actual.data);
  });
});
