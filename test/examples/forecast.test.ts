import { manualSeed } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { learn, type Training } from "../../examples/forecast/forecaster.js";
import {
  climatology,
  errorScale,
  meanAbsoluteError,
  naive,
  seasonalDrift,
  seasonalNaive,
  WINDOWS,
  windows,
} from "../../examples/forecast/rolling.js";
import { carbonDioxide, partOfYear, type Series, weather } from "../../examples/forecast/series.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

/** Seasons of 4 steps that rise by 10 from one to the next. */
function stairs(length: number): Series {
  const values = Array.from({ length }, (_, index) => 10 * Math.floor(index / 4) + (index % 4));
  const dates = values.map((_, index) => new Date(Date.UTC(2000, 3 * index)));
  return { name: "stairs", title: "Stairs", unit: "m", dates, values, season: 4, horizon: 3, window: 6 };
}

describe("the data", () => {
  test("carbon dioxide has every month, those without a measurement on a line between their neighbours", () => {
    const { dates, values } = carbonDioxide();
    expect(dates).toHaveLength(746);
    for (const [index, date] of dates.entries()) expect(date.getTime()).toBe(Date.UTC(1958, 2 + index));
    // June 1958; February to April 1964.
    expect(values[3]).toBeCloseTo((317.51 + 315.86) / 2, 10);
    const [before, after] = [values[70]!, values[74]!];
    expect(values.slice(71, 74)).toEqual([1, 2, 3].map((month) => before + ((after - before) * month) / 4));
    expect(values.at(-1)).toBe(416.18);
  });

  test("the weather has every day of four years", () => {
    const { dates, values } = weather();
    expect(dates).toHaveLength(1461);
    for (const [index, date] of dates.entries()) expect(date.getTime()).toBe(Date.UTC(2012, 0, 1 + index));
    expect([values[0], values.at(-1)]).toEqual([12.8, 5.6]);
  });

  test("the part of the year", () => {
    expect(["2015-01-01", "2015-07-02T12:00Z", "2016-12-31"].map((date) => partOfYear(new Date(date)))).toEqual([0, 0.5, 365 / 366]);
  });
});

describe("rolling windows", () => {
  test("five, one after the other, up to the end of the series; every forecast ends in its window", () => {
    const parts = windows(stairs(50));
    expect(parts.map(({ start }) => start)).toEqual([20, 26, 32, 38, 44]);
    expect(parts.map(({ origins }) => origins.map((origin, index) => origin - parts[0]!.start - index))).toEqual(
      [0, 6, 12, 18, 24].map((start) => [start, start, start, start]),
    );
    expect(parts).toHaveLength(WINDOWS);
    expect(Math.max(...parts.flatMap(({ origins }) => origins)) + 3).toBe(50);
  });

  test("the simple forecasts", () => {
    const series = stairs(40);
    expect(naive(series, 21)).toEqual([50, 50, 50]);
    expect(seasonalNaive(series, 21)).toEqual([41, 42, 43]);
    expect(seasonalDrift(series, 21)).toEqual([51, 52, 53]);
    // Of a series that is the same every year, its mean over half a month.
    const flat = { ...weather(), values: weather().values.map(() => 7) };
    expect(climatology(flat, 800)).toEqual(Array.from({ length: 14 }, () => 7));
  });

  test("none of them looks at the origin or beyond", () => {
    for (const series of [carbonDioxide(), weather()]) {
      const origin = series.values.length - 100;
      const blind = { ...series, values: series.values.map((value, index) => (index < origin ? value : Number.NaN)) };
      for (const forecast of [naive, seasonalNaive, seasonalDrift, climatology]) {
        expect(forecast(blind, origin)).toEqual(forecast(series, origin));
      }
    }
  });

  test("MASE: the seasonal naive forecast's error over what came before is the unit", () => {
    const series = stairs(50);
    const [window] = windows(series) as [ReturnType<typeof windows>[0]];
    expect(errorScale(series, window)).toBe(10);
    expect(meanAbsoluteError(series, window, (origin) => seasonalNaive(series, origin))).toBe(10);
    expect(meanAbsoluteError(series, window, (origin) => seasonalDrift(series, origin))).toBe(0);
  });
});

const training: Training = {
  ...{ cell: "gru", hidden: 4, past: 6, epochs: 2, batch: 8, learningRate: 0.01, weightDecay: 0 },
  relative: true,
};

test.each([true, false])("a network learns nothing of its window or what comes after it (relative: %s)", (relative) => {
  const series = stairs(60);
  const [, window] = windows(series) as [unknown, ReturnType<typeof windows>[0]];
  const changed = { ...series, values: series.values.map((value, index) => (index < window.start ? value : -1000 * index)) };
  const said = [series, changed].map((each) => {
    manualSeed(7);
    return learn(each, window, { ...training, relative })(each, window.start);
  });
  expect(said[0]).toHaveLength(3);
  expect(said[0]!.every(Number.isFinite)).toBe(true);
  expect(said[1]).toEqual(said[0]);
  // And it does learn of what came before.
  const other = { ...series, values: series.values.map((value, index) => (index === window.start - 9 ? value + 5 : value)) };
  manualSeed(7);
  expect(learn(other, window, { ...training, relative })(other, window.start)).not.toEqual(said[0]);
});

test("the network beats the seasonal naive forecast over five windows of both series", () => {
  const { comparisons } = figures<{
    comparisons: { series: string; windows: string[]; won: string; baselines: Score[]; network: Score[] }[];
  }>("forecast");
  expect(comparisons.map(({ series, windows: starts }) => [series, starts[0], starts.length])).toEqual([
    ["co2-concentration", "2010-05-01", 5],
    ["seattle-weather", "2015-01-01", 5],
  ]);
  for (const { baselines, network, won } of comparisons) {
    const rival = baselines.find(({ by }) => by === "seasonal naive")!;
    const wins = network[0]!.mae.filter((error, index) => error < rival.mae[index]!).length;
    expect(network[0]!.meanMase).toBeLessThan(0.85 * rival.meanMase);
    expect(wins).toBeGreaterThanOrEqual(4);
    expect(won).toBe(`${wins} of 5`);
    expect(network[0]!.meanMase).toBeLessThan(baselines.find(({ by }) => by === "naive")!.meanMase);
  }
}, 120_000);

interface Score {
  readonly by: string;
  readonly mae: readonly number[];
  readonly meanMase: number;
}
