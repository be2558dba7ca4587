import { type Series as Curve, curvesPanel } from "../../chart/index.js";
import { type Base, baseline } from "../series/baselines.js";
import type { Forecast } from "../series/forecast.js";
import type { Windows } from "../series/windows.js";
import { figure } from "./figure.js";

/** Rows ahead in a picture, at most: more would be a blur. */
const MOST_ROWS = 240;

/** Where things are from left to right: dates, or numbers of rows. */
function places({ series }: Windows, rows: readonly number[]): readonly Date[] | number[] {
  const { times } = series;
  return times === null ? rows.map((row) => row + 1) : rows.map((row) => new Date(times[row]!));
}

/** Forecasts of a rolling test beside what came and beside the simple forecasts. */
export function forecastFigure(windows: Windows, forecasts: readonly Forecast[], quantiles: readonly number[], target: string): string {
  const { horizon } = windows.framing;
  const shown = withoutOverlap(forecasts, horizon).slice(-Math.max(1, Math.floor(MOST_ROWS / horizon)));
  const ahead = shown.flatMap(({ origin }) => Array.from({ length: horizon }, (_, index) => origin + 1 + index));
  const first = ahead[0]!;
  const before = Array.from({ length: Math.min(2 * horizon, 48, first) }, (_, index) => first - Math.min(2 * horizon, 48, first) + index);
  const seen = [...before, ...ahead];
  const x = places(windows, ahead);
  const values = (which: number) => shown.flatMap(({ quantiles: rows }) => [...rows[which]!]);
  const last = quantiles.length - 1;
  const curves: Curve[] = [
    ...baselineCurves(windows, shown, x),
    { name: "actual", values: seen.map((row) => windows.series.target[row]!), x: places(windows, seen), colour: "#4d4d4d" },
    {
      name: "model",
      values: values(quantiles.indexOf(0.5)),
      x,
      colour: "#0072b2",
      ...(last > 0 && { band: [values(0), values(last)] as const }),
    },
  ];
  const label = windows.series.times === null ? "row" : "date";
  const band = last > 0 ? ` The band is from quantile ${quantiles[0]} to ${quantiles[last]}.` : "";
  return figure(
    (width) => curvesPanel({ title: "Forecasts of the test", x: label, y: target, width, height: 340, series: curves }),
    `${shown.length === 1 ? "A forecast" : `${shown.length} forecasts`} of ${horizon} ${horizon === 1 ? "row" : "rows"} ahead, each made from the rows before it alone.${band}`,
  );
}

/** Where few windows overlap, every so many of them. */
function withoutOverlap(forecasts: readonly Forecast[], horizon: number): Forecast[] {
  let next = Number.POSITIVE_INFINITY;
  const kept = forecasts.toReversed().filter(({ origin }) => {
    const fits = origin + horizon <= next;
    if (fits) next = origin;
    return fits;
  });
  return kept.toReversed();
}

function baselineCurves({ framing, series }: Windows, shown: readonly Forecast[], x: readonly Date[] | number[]): Curve[] {
  const { season, horizon, window } = framing;
  const of = (base: Base, origin: number, ahead: number) => baseline(base, series.target, origin, ahead, season ?? 1, window);
  const values = (base: Base) => shown.flatMap(({ origin }) => Array.from({ length: horizon }, (_, index) => of(base, origin, index + 1)));
  const naive: Curve = { name: "naive", values: values("last"), x, colour: "#e69f00", dashed: true };
  if (season === null || shown.some(({ origin }) => origin + 1 < season)) return [naive];
  return [naive, { name: "seasonal naive", values: values("season"), x, colour: "#009e73", dashed: true }];
}

/** How the mean absolute error grows with the rows ahead. */
export function horizonFigure(windows: Windows, forecasts: readonly Forecast[], quantiles: readonly number[], target: string): string {
  const { horizon, season, window } = windows.framing;
  const { target: values } = windows.series;
  const error = (forecast: (each: Forecast, ahead: number) => number) =>
    Array.from({ length: horizon }, (_, index) => {
      const errors = forecasts.map((each) => Math.abs(forecast(each, index + 1) - values[each.origin + index + 1]!));
      return errors.reduce((sum, each) => sum + each, 0) / errors.length;
    });
  const middle = quantiles.indexOf(0.5);
  const of = (base: Base) => error(({ origin }, ahead) => baseline(base, values, origin, ahead, season ?? 1, window));
  const x = Array.from({ length: horizon }, (_, index) => index + 1);
  const seasonal = season !== null && forecasts.every(({ origin }) => origin + 1 >= season);
  const series: Curve[] = [
    { name: "model", values: error(({ quantiles: rows }, ahead) => rows[middle]![ahead - 1]!), x, colour: "#0072b2" },
    { name: "naive", values: of("last"), x, colour: "#e69f00", dashed: true },
    ...(seasonal ? [{ name: "seasonal naive", values: of("season"), x, colour: "#009e73", dashed: true }] : []),
  ];
  return figure((width) =>
    curvesPanel({ title: "Error by rows ahead", x: "rows ahead", y: `MAE of ${target}`, width, height: 260, series, include: [0] }),
  );
}
