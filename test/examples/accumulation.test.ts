import { manualSeed, randn, tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { accumulate, Regressor, sizesOf } from "../../examples/accumulation/accumulate.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("a batch is cut without a rest", () => {
  expect(sizesOf(48, 20)).toEqual([20, 20, 8]);
  expect(sizesOf(48, 16)).toEqual([16, 16, 16]);
  expect(sizesOf(5, 9)).toEqual([5]);
});

function biasGradient({ head }: Regressor): number {
  return head.bias!.grad!.item();
}

test("the loss of the parts is the loss of the whole", () => {
  manualSeed(1);
  const model = new Regressor(5);
  const [input, target] = [randn([7, 3, 1]), tensor([1, 2, 3, 4, 5, 6, 7])];
  const whole = accumulate(model, input, target, [7]);
  const gradient = biasGradient(model);
  expect(accumulate(model, input, target, [3, 3, 1])).toBeCloseTo(whole, 5);
  expect(biasGradient(model)).toBeCloseTo(gradient, 5);
  expect(Math.abs(accumulate(model, input, target, [3, 3, 1], false) - whole)).toBeGreaterThan(0.1);
});

test("parts give the gradients of the whole batch, unless parts of different sizes count the same", { timeout: 120_000 }, () => {
  const { differences, unweighted } = figures<{
    differences: { parts: number; sizes: number[]; difference: number }[];
    unweighted: { parts: number; difference: number };
  }>("accumulation");
  expect(differences.map(({ parts }) => parts)).toEqual([16, 3, 1]);
  expect(differences[1]?.sizes).toEqual([20, 20, 8]);
  for (const { difference } of differences) expect(difference).toBeLessThan(2e-5);
  expect(differences[0]?.difference).toBeGreaterThan(0);
  expect(unweighted.parts).toBe(3);
  expect(unweighted.difference).toBeGreaterThan(1e-2);
});
