import { manualSeed, noGrad, tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import type { Copying } from "../../examples/copy-memory/copying.js";
import { Copier } from "../../examples/copy-memory/model.js";
import { copyMemory, memoryless, READ, SYMBOLS, WRITTEN } from "../../examples/copy-memory/task.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("the symbols come first, then nothing, then the word to write them down", () => {
  manualSeed(1);
  const [input, target] = copyMemory({ symbols: 3, delay: 2 }, 2);
  const [read, written] = [input.transpose(0, 1).toArray(), target.transpose(0, 1).toArray()] as [number[][], number[][]];
  for (const [row, symbols] of read.entries()) {
    const first = symbols.slice(0, 3);
    expect(first.every((symbol) => symbol >= 0 && symbol < SYMBOLS)).toBe(true);
    // Of the two steps of delay the second is the word.
    expect(symbols.slice(3)).toEqual([8, 9, 8, 8, 8]);
    expect(written[row]).toEqual([8, 8, 8, 8, 8, ...first]);
  }
  expect(read[0]).not.toEqual(read[1]);
});

test("all symbols are drawn", () => {
  manualSeed(2);
  const [input] = copyMemory({ symbols: 10, delay: 1 }, 50);
  expect(new Set(input.narrow(0, 0, 10).flatten().data).size).toBe(SYMBOLS);
});

test("remembering nothing costs what is said: ln 8 for each symbol, nothing elsewhere", () => {
  const sizes = { symbols: 4, delay: 6 };
  const [, target] = copyMemory(sizes, 3);
  // Certain of "nothing" for ten steps, and of none of the eight symbols then.
  const logits = target.flatten().data.map((symbol) => (symbol === SYMBOLS ? 1 : 0));
  const rows = Array.from(logits, (nothing) =>
    Array.from({ length: WRITTEN }, (_, symbol) => ((symbol === SYMBOLS) === (nothing === 1) ? 0 : -100)),
  );
  const nll = tensor(rows).logSoftmax(-1).gather(1, target.flatten().unsqueeze(1)).neg().mean().item();
  expect(nll).toBeCloseTo(memoryless(sizes), 5);
});

test("the model writes one of nine at every step", () => {
  const logits = noGrad(() => new Copier("lstm", 12, 1).forward(copyMemory({ symbols: 2, delay: 3 }, 5)[0]));
  expect(logits.shape).toEqual([7, 5, 9]);
  expect(READ).toBe(10);
});

test("LSTM and GRU remember, a plain RNN does not get below who remembers nothing", () => {
  const { memoryless: nothing, runs } = figures<Copying>("copy-memory");
  const [lstm, gru, rnn] = runs as [Copying["runs"][0], Copying["runs"][0], Copying["runs"][0]];
  for (const { loss, right } of [lstm, gru]) {
    expect(loss).toBeLessThan(0.7 * nothing.loss);
    expect(right).toBeGreaterThan(3 * nothing.right);
  }
  expect(rnn.loss).toBeGreaterThan(0.9 * nothing.loss);
  expect(rnn.right).toBeLessThan(2 * nothing.right);
}, 120_000);
