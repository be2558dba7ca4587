import { backend, manualSeed } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { baselines } from "../../examples/filter/baselines.js";
import { live, whole } from "../../examples/filter/live.js";
import { FilterModel } from "../../examples/filter/model.js";
import { record, rmse } from "../../examples/filter/signal.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("measurements are noisy, and some are spikes", () => {
  manualSeed(1);
  const { measured, truth } = record(20_000);
  const errors = measured.map((value, t) => Math.abs(value - truth[t]!)).sort();
  // Half of a normal distribution with σ 0.3 is within 0.2.
  expect(errors[10_000]).toBeCloseTo(0.21, 1);
  expect(errors.filter((error) => error > 1.5).length / 20_000).toBeCloseTo(0.031, 1);
  expect(rmse([{ measured, truth }], (values) => values)).toBeCloseTo(Math.sqrt(0.3 ** 2 + 0.05 * 9), 1);
});

test("simple filters are better than nothing, and the median is better than the average, which spikes move", () => {
  manualSeed(2);
  const some = (count: number) => Array.from({ length: count }, () => record(200));
  const [nothing, average, median, both] = baselines(some(10), some(20)).map((each) => each.rmse) as [number, number, number, number];
  expect(average).toBeLessThan(0.6 * nothing);
  expect(median).toBeLessThan(average);
  expect(both).toBeLessThan(1.02 * median);
});

test("sample by sample the same bits as at once", () => {
  manualSeed(3);
  const model = new FilterModel(19);
  const { measured } = record(300);
  const [oneByOne, atOnce] = [live(model, measured), whole(model, measured)];
  // The relaxed build rounds a product and a sum once, where the head's loop in JavaScript rounds twice.
  if (backend().simd === "simd128") expect([...oneByOne]).toEqual([...atOnce]);
  for (const [t, value] of atOnce.entries()) expect(oneByOne[t]).toBeCloseTo(value, 5);
  expect(Math.max(...atOnce.map(Math.abs))).toBeGreaterThan(0.05);
});

interface Scored {
  readonly name: string;
  readonly rmse: number;
}

test("it learns to filter, and runs live with the same numbers", { timeout: 120_000 }, () => {
  const result = figures<{ rmse: number; difference: number; baselines: Scored[] }>("filter");
  const [nothing, average] = [result.baselines[0]!, result.baselines[1]!];
  expect(result.baselines).toHaveLength(4);
  expect(result.rmse).toBeLessThan(0.5 * nothing.rmse);
  expect(result.rmse).toBeLessThan(average.rmse);
  expect(result.difference).toBe(0);
});
