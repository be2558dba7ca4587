import { manualSeed } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { chart } from "../../examples/clipping/chart.js";
import type { Run } from "../../examples/clipping/clipping.js";
import { BATCH, KNOWING_NOTHING, LENGTH, walk } from "../../examples/clipping/task.js";
import { train } from "../../examples/clipping/train.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("the target is the sum of the inputs so far, and its variance what knowing nothing costs", () => {
  manualSeed(1);
  const [input, target] = walk();
  expect(target.shape).toEqual([LENGTH, BATCH, 1]);
  let sum = 0;
  for (let t = 0; t < LENGTH; t++) sum += input.select(0, t).data[3] as number;
  expect(target.select(0, -1).data[3]).toBeCloseTo(sum / 10, 4);
  const costs = Array.from({ length: 200 }, () => walk()[1].pow(2).mean().item());
  expect(costs.reduce((total, cost) => total + cost, 0) / 200).toBeCloseTo(KNOWING_NOTHING, 1);
});

test("both trainings begin the same: the first loss and norm are the same bits, and the norm is that before clipping", () => {
  const [clipped, free] = [1, Number.POSITIVE_INFINITY].map((maxNorm) => train({ seed: 5, steps: 2, learningRate: 0.001, maxNorm }));
  expect(clipped![0]).toEqual(free![0]);
  expect(clipped![0]!.norm).toBeGreaterThan(1);
  expect(clipped![1]!.loss).not.toBe(free![1]!.loss);
});

test("without clipping it diverges or learns nothing, with clipping it learns, unless the learning rate is small", () => {
  const { runs } = figures<{ runs: Run[] }>("clipping");
  expect(runs).toHaveLength(12);
  const ends = (learningRate: number, clipped: boolean) =>
    runs.filter((run) => run.learningRate === learningRate && run.clipped === clipped);
  for (const { end, divergedAt, loss } of ends(0.01, false)) {
    expect({ end, loss }).toEqual({ end: "diverged", loss: null });
    expect(divergedAt).toBeLessThan(20);
  }
  for (const { end, largestNorm } of ends(0.001, false)) {
    expect(end).toBe("learned nothing");
    expect(largestNorm).toBeGreaterThan(100);
  }
  for (const { end, loss } of [...ends(0.01, true), ...ends(0.001, true), ...ends(0.0001, true), ...ends(0.0001, false)]) {
    expect(end).toBe("learned");
    expect(loss).toBeLessThan(0.6 * KNOWING_NOTHING);
  }
}, 120_000);

test("the picture shows what has no number at the upper edge", () => {
  const points = [
    { step: 1, loss: 0.5, norm: 40 },
    { step: 2, loss: Number.NaN, norm: Number.NaN },
  ];
  const run = { learningRate: 0.01, seed: 1, end: "diverged", loss: null, divergedAt: 2, largestNorm: 40, points } as const;
  const svg = chart([
    { ...run, clipped: false },
    { ...run, clipped: true, points: points.slice(0, 1) },
  ]);
  expect(svg).toContain("learning rate 0.01");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
