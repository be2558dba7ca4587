import { manualSeed } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { answer, carries, drawSums, question, read } from "../../examples/addition/data.js";
import { Adder } from "../../examples/addition/model.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("questions and answers are written units first", () => {
  expect(question([27, 350]).toArray()).toEqual([0, 5, 3, 10, 7, 2]);
  expect(answer([27, 350]).toArray()).toEqual([7, 7, 3, 11]);
  expect(answer([0, 0]).toArray()).toEqual([0, 11]);
});

test.each([
  [[7, 7, 3, 11, 5], 377],
  [[0, 0, 1, 11, 11], 100],
  [[11, 1], Number.NaN],
  [[1, 2, 3, 4, 5], Number.NaN],
  [[1, 10, 11], Number.NaN],
])("%j is read as %d", (symbols, value) => expect(read(symbols)).toBe(value));

test.each([
  [[0, 0], 0],
  [[123, 456], 0],
  [[9, 1], 1],
  [[999, 1], 3],
  [[95, 905], 3],
  [[500, 500], 1],
] as const)("%j carries %d times", (pair, count) => expect(carries(pair)).toBe(count));

test("no pair of numbers is in two parts, in whatever order, and all of them can be drawn", () => {
  manualSeed(5);
  const { training, validation, test } = drawSums({ below: 40, training: 600, heldOut: 110 });
  const all = [...training, ...validation, ...test];
  expect(all).toHaveLength(820);
  expect(new Set(all.map(([a, b]) => (a < b ? `${a} ${b}` : `${b} ${a}`))).size).toBe((40 * 41) / 2);
  expect(Math.max(...all.flat())).toBe(39);
  const swapped = all.filter(([a, b]) => a > b).length;
  expect(swapped).toBeGreaterThan(300);
  expect(swapped).toBeLessThan(500);
});

test("a question gets the same state alone and among longer ones", () => {
  manualSeed(2);
  const model = new Adder(12);
  const questions = [question([1, 2]), question([345, 678]), question([90, 1])];
  const together = model.encode(questions);
  expect(questions.map(({ shape }) => shape)).toEqual([[3], [7], [4]]);
  for (const [index, each] of questions.entries()) {
    expect(together.select(1, index).allclose(model.encode([each]).select(1, 0), { atol: 1e-6 })).toBe(true);
  }
  expect(together.select(1, 0).allclose(together.select(1, 1), { atol: 1e-3 })).toBe(false);
});

test("it adds sums that it has not seen", { timeout: 120_000 }, () => {
  const { exact } = figures<{ exact: number }>("addition");
  // A guess is right in one of a hundred.
  expect(exact).toBeGreaterThan(0.6);
});
