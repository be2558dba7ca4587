// What twice the work costs, and a sequence of 10,000 steps.

import { CASES } from "./cases.mjs";
import { inTurns } from "./measure/turns.mjs";
import { unrolled } from "./peers/unrolled.mjs";

const chars = CASES.find(({ name }) => name === "chars");
const single = { ...chars, steps: 1000, batch: 1 };

/** Training steps; `work` times that of the first of the same name. */
const VARIANTS = [
  { name: "chars", change: "T 64, N 32", work: 1, sizes: chars },
  { name: "chars", change: "2 × T", work: 2, sizes: { ...chars, steps: 2 * chars.steps } },
  { name: "chars", change: "2 × N", work: 2, sizes: { ...chars, batch: 2 * chars.batch } },
  { name: "one sequence", change: "T 1000", work: 1, sizes: single },
  { name: "one sequence", change: "T 10000", work: 10, sizes: { ...single, steps: 10_000 } },
];

export async function measureScaling(cells, seconds) {
  const lines = [];
  for (const cell of cells) {
    const contestants = VARIANTS.flatMap(({ sizes }) => unrolled.contestants({ cell, mode: "train", sizes }));
    const results = await inTurns(contestants, seconds);
    results.forEach((result, index) => {
      const { name, change, work, sizes } = VARIANTS[index];
      lines.push({ kind: "scaling", ...result, name, change, work, case: sizes, cell });
    });
  }
  return lines;
}
