import { manualSeed, noGrad, randn, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { evaluate, rollingOrigins } from "../../../ts/cli/series/backtest.js";
import { type Base, baseline } from "../../../ts/cli/series/baselines.js";
import { calendarColumns, cyclesOf } from "../../../ts/cli/series/calendar.js";
import { calibrate, forecast } from "../../../ts/cli/series/forecast.js";
import { Forecaster, pinballLoss } from "../../../ts/cli/series/forecaster.js";
import { contextOf, type Framing, measureFraming } from "../../../ts/cli/series/framing.js";
import { coverage, errorsOf, naiveError } from "../../../ts/cli/series/metrics.js";
import type { Series } from "../../../ts/cli/series/read.js";
import { findSeason } from "../../../ts/cli/series/season.js";
import { splitRows } from "../../../ts/cli/series/split.js";
import { quantile, sineOfTurn } from "../../../ts/cli/series/statistics.js";
import { Windows } from "../../../ts/cli/series/windows.js";

const noise = (index: number) => ((index * 7919) % 101) / 101 - 0.5;
const wave = (length: number, period: number, slope = 0) =>
  Float64Array.from({ length }, (_, index) => 3 * Math.sin((2 * Math.PI * index) / period) + slope * index + noise(index));
const seriesOf = (target: Float64Array, inputs: readonly Float64Array[] = []): Series => ({
  ...{ target, inputs, times: null, step: null, format: null, notes: [] },
  numbers: new Int32Array(target.length),
});
const measured = (values: Float64Array, more: Partial<Parameters<typeof measureFraming>[2]> = {}) =>
  measureFraming(values, values.length, {
    window: 10,
    horizon: 4,
    season: null,
    base: "auto",
    relative: "auto",
    inputs: [],
    calendar: [],
    ...more,
  });

describe("simple forecasts and their errors", () => {
  const values = Float64Array.of(1, 2, 3, 11, 12, 13);
  test.each([
    ["last", 1, 13],
    ["mean", 1, 9.75],
    ["season", 1, 11],
    ["season", 5, 12],
    ["seasonal drift", 1, 21],
    ["seasonal drift", 4, 31],
  ] as [Base, number, number][])("%s, %i ahead, is %d", (base, ahead, value) => expect(baseline(base, values, 5, ahead, 3, 4)).toBe(value));

  test("MAE, RMSE and MASE", () => {
    expect(naiveError(values, 1, 6)).toBe((1 + 1 + 8 + 1 + 1) / 5);
    expect(naiveError(values, 3, 6)).toBe(10);
    expect(errorsOf([1, 2], [2, 5], 4)).toEqual({ mae: 2, rmse: Math.sqrt(5), mase: 0.5 });
    expect(coverage([1, 2, 3, 4], [0, 3, 3, 0], [1, 4, 3, 9])).toBe(0.75);
  });
});

describe("seasons", () => {
  test.each([[7], [12], [24], [52]])("one of %i rows is found without dates, with a trend and noise", (period) => {
    expect(findSeason(wave(8 * period, period, 0.05), null)).toBe(period);
  });
  test("noise and a random walk have none", () => {
    // A generator of Park and Miller: it does not repeat, as `noise` does.
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    };
    expect(findSeason(Float64Array.from({ length: 300 }, random), null)).toBeNull();
    let sum = 0;
    const walk = Float64Array.from({ length: 300 }, () => {
      sum += random();
      return sum;
    });
    expect(findSeason(walk, { unit: "ms", count: 86_400_000 })).toBeNull();
  });
  test("with dates, only what a calendar has", () => {
    expect(findSeason(wave(400, 7), { unit: "ms", count: 86_400_000 })).toBe(7);
    expect(findSeason(wave(200, 12), { unit: "month", count: 1, day: 1 })).toBe(12);
  });
});

test("the sine of a part of a turn is the sine", () => {
  for (let part = -2; part < 2; part += 0.013) expect(Math.abs(sineOfTurn(part) - Math.sin(2 * Math.PI * part))).toBeLessThan(1e-9);
});

test("calendar columns come round with the week and the year", () => {
  const times = Float64Array.from({ length: 800 }, (_, day) => Date.UTC(2022, 0, 3) + day * 86_400_000);
  expect(cyclesOf({ unit: "ms", count: 86_400_000 }, 800)).toEqual(["week", "year"]);
  expect(cyclesOf({ unit: "ms", count: 86_400_000 }, 100)).toEqual(["week"]);
  const [sine, cosine] = calendarColumns(times, ["week"]);
  // A Monday is where it begins.
  expect([sine![0], cosine![0]]).toEqual([expect.closeTo(0), expect.closeTo(1)]);
  for (let day = 7; day < 800; day++) expect(sine![day]).toBeCloseTo(sine![day - 7]!, 8);
});

test("a series is split by time, with room for five windows to choose and to test by", () => {
  expect(splitRows("f", { rows: 1000, window: 48, horizon: 1, validation: 0.15, test: 0.15 })).toEqual({
    training: 700,
    validation: 850,
    rows: 1000,
  });
  expect(splitRows("f", { rows: 100, window: 10, horizon: 12, validation: 0.1, test: 0 })).toEqual({
    training: 84,
    validation: 100,
    rows: 100,
  });
  expect(() => splitRows("f", { rows: 50, window: 48, horizon: 1, validation: 0.15, test: 0.15 })).toThrow(
    "f: the series must be at least 86 rows",
  );
  // What it asks for is enough.
  expect(splitRows("f", { rows: 86, window: 48, horizon: 1, validation: 0.15, test: 0.15 }).training).toBe(60);
});

describe("framing", () => {
  test("the base is measured, and one of a season only where the window does not show it twice", () => {
    expect(measured(wave(400, 30), { season: 30 }).base).toBe("season");
    expect(measured(wave(400, 30, 0.1), { season: 30 }).base).toBe("seasonal drift");
    expect(["last", "mean"]).toContain(measured(wave(400, 5), { season: 5 }).base);
    // Rain on one day of five.
    expect(measured(Float64Array.from({ length: 400 }, (_, day) => (noise(day * day) > 0.3 ? 10 + 5 * noise(day) : 0))).base).toBe(
      "median",
    );
  });
  test("spreads that grow with the level are learned as shares of it", () => {
    const growing = Float64Array.from(
      { length: 240 },
      (_, index) => 100 * 1.01 ** index * (1 + 0.2 * Math.sin(index / 2) + 0.02 * noise(index)),
    );
    expect(measured(growing, { season: 12 })).toMatchObject({ relative: true, level: null });
    expect(measured(wave(240, 12, 0.1), { season: 12 })).toMatchObject({ relative: false, level: null });
    expect(measured(wave(240, 12), { season: 12 }).level).not.toBeNull();
  });
  test.each<Partial<Framing>>([{ base: "last" }, { base: "seasonal drift", season: 30 }, { base: "mean", relative: true }])(
    "%j: what is learned leads back to the values, and nothing after an origin is read",
    (chosen) => {
      const values = wave(300, 30, 0.1).map((value) => value + 100);
      const framing = { ...measured(values, { season: 30 }), ...chosen };
      const windows = new Windows(framing, seriesOf(values));
      const origins = windows.origins(0, 300).subarray(0, 5);
      expect(origins[0]).toBe(contextOf(framing) - 1);
      const targets = windows.targets(origins).toArray() as number[][];
      for (const [index, row] of targets.entries()) {
        for (const [ahead, scaled] of row.entries()) {
          expect(windows.restore(origins[index]!, ahead + 1, scaled)).toBeCloseTo(values[origins[index]! + ahead + 1]!, 3);
        }
      }
      const origin = origins[0]!;
      const other = new Windows(framing, seriesOf(values.map((value, row) => (row > origin ? -1e6 : value))));
      expect([...other.batch([origin]).window.data]).toEqual([...windows.batch([origin]).window.data]);
      expect([...other.batch([origin]).direct.data]).toEqual([...windows.batch([origin]).direct.data]);
    },
  );
});

describe("the forecaster", () => {
  const quantiles = [0.1, 0.25, 0.5, 0.9];
  const values = wave(200, 12);
  const windows = new Windows(measured(values), seriesOf(values));
  const make = () => {
    manualSeed(3);
    return new Forecaster({ cell: "gru", hidden: 6, layers: 1, dropout: 0, inputs: windows.sizes, horizon: 4, quantiles });
  };

  test("begins with the base forecast, exactly", () => {
    const model = make();
    const origins = windows.origins(0, 200).subarray(20, 25);
    for (const { origin, quantiles: rows } of forecast(model, windows, origins, quantiles, null)) {
      for (let ahead = 1; ahead <= 4; ahead++) {
        expect(rows[2]![ahead - 1]).toBe(baseline(windows.framing.base, values, origin, ahead, 1, 10));
      }
    }
  });

  test("its quantiles cannot cross, whatever the weights and shifts are", () => {
    const model = make();
    noGrad(() => {
      for (const parameter of model.parameters()) parameter.copy_(randn(parameter.shape).mul(20));
    });
    const made = forecast(model, windows, windows.origins(0, 200), quantiles, [5, -3, 0, -40]);
    for (const { quantiles: rows } of made) {
      for (let ahead = 0; ahead < 4; ahead++) {
        const across = rows.map((row) => row[ahead]!);
        expect(across.toSorted((a, b) => a - b)).toEqual(across);
      }
    }
  });

  test("its loss is the mean of the quantiles' losses, and has its gradient", () => {
    const forecasts = tensor([1, 2, 3, 4], { shape: [1, 1, 4], requiresGrad: true });
    const loss = pinballLoss(forecasts, tensor([[2.5]]), quantiles);
    // (0.1 · 1.5 + 0.25 · 0.5 + 0.5 · 0.5 + 0.1 · 1.5) / 4, doubled
    expect(loss.item()).toBeCloseTo((2 * (0.15 + 0.125 + 0.25 + 0.15)) / 4, 6);
    loss.backward();
    const slopes = [-0.1, -0.25, 0.5, 0.1].map((slope) => slope / 2);
    for (const [index, slope] of [...forecasts.grad!.data].entries()) expect(slope).toBeCloseTo(slopes[index]!, 6);
    expect(pinballLoss(tensor([3, 5], { shape: [2, 1, 1] }), tensor([[1], [8]]), [0.5]).item()).toBe(2.5);
  });

  test("calibrated on some rows, as many of them lie below a quantile as should", () => {
    const model = make();
    const origins = windows.origins(0, 200);
    const shifts = calibrate(model, windows, origins, quantiles);
    expect(shifts[2]).toBe(0);
    const made = forecast(model, windows, origins, [0.1, 0.25, 0.5, 0.9], shifts);
    for (const [index, q] of quantiles.entries()) {
      if (q === 0.5) continue;
      const below = made.flatMap((each) => [...each.quantiles[index]!].filter((value, ahead) => values[each.origin + ahead + 1]! < value));
      expect(Math.abs(below.length / (4 * origins.length) - q)).toBeLessThan(0.02);
    }
  });
});

describe("rolling evaluation", () => {
  const values = wave(200, 12);
  const windows = new Windows(measured(values), seriesOf(values));

  test("windows do not overlap where there is room, and are five at least", () => {
    expect([...rollingOrigins(windows, 160, 200)]).toEqual([159, 163, 167, 171, 175, 179, 183, 187, 191, 195]);
    expect([...rollingOrigins(windows, 192, 200)]).toEqual([191, 192, 193, 194, 195]);
    expect([...rollingOrigins(windows, 193, 200)]).toEqual([]);
    expect([...rollingOrigins(windows, 100, 200, 6)]).toEqual([175, 179, 183, 187, 191, 195]);
  });

  test("a forecast that is right has no error, and the naive ones have theirs", () => {
    const seasonal = new Windows({ ...windows.framing, season: 12 }, windows.series);
    const origins = [...rollingOrigins(windows, 160, 200)];
    const perfect = origins.map((origin) => ({ origin, quantiles: [values.slice(origin + 1, origin + 5)] }));
    const { scores, interval } = evaluate(seasonal, perfect, [0.5], 2);
    expect(scores.map(({ name }) => name)).toEqual(["model", "naive", "seasonal naive (12)"]);
    expect(scores[0]).toMatchObject({ mae: 0, rmse: 0, mase: 0 });
    const naive = origins.flatMap((origin) => [1, 2, 3, 4].map((ahead) => Math.abs(values[origin]! - values[origin + ahead]!)));
    expect(scores[1]!.mae).toBeCloseTo(naive.reduce((sum, each) => sum + each, 0) / naive.length, 9);
    expect(interval).toBeNull();
  });

  test("quantiles of numbers lie between them on a line", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([1, 2], 0.25)).toBe(1.25);
  });
});
