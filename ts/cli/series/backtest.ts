import { type Base, baseline } from "./baselines.js";
import type { Forecast } from "./forecast.js";
import { contextOf } from "./framing.js";
import { coverage, type Errors, errorsOf } from "./metrics.js";
import type { Windows } from "./windows.js";

/** At least so many windows make an evaluation. */
export const LEAST_WINDOWS = 5;

/**
 * The origins of a rolling evaluation: forecasts one after the other, from the last one back, without overlap where there is room for five.
 *
 * @param from the first row that may be forecast
 * @param to the row after the last
 * @param wanted how many; as many as do not overlap, and five at least, if left out
 * @returns none if there is no room
 */
export function rollingOrigins(windows: Windows, from: number, to: number, wanted?: number): Int32Array {
  const { horizon } = windows.framing;
  const all = windows.origins(Math.max(from, contextOf(windows.framing)), to);
  const number = wanted ?? Math.max(LEAST_WINDOWS, Math.floor((all.length + horizon - 1) / horizon));
  if (all.length < number) return new Int32Array();
  const stride = number === 1 ? 0 : Math.max(1, Math.min(horizon, Math.floor((all.length - 1) / (number - 1))));
  return Int32Array.from({ length: number }, (_, index) => all[all.length - 1 - (number - 1 - index) * stride]!);
}

/** One line of an evaluation. */
export interface Score extends Errors {
  readonly name: string;
}

/** What a rolling evaluation says. */
export interface Evaluation {
  readonly windows: number;
  readonly horizon: number;
  /** The model first, then the naive forecasts. */
  readonly scores: readonly Score[];
  /** Of the outermost quantiles: the share of values that should lie between them, and the share that did; null without intervals. */
  readonly interval: { readonly expected: number; readonly actual: number } | null;
}

/** All rows ahead of all origins, one after the other. */
function lay(origins: readonly number[], horizon: number, value: (origin: number, ahead: number, index: number) => number): Float64Array {
  return Float64Array.from({ length: origins.length * horizon }, (_, at) => {
    const index = Math.floor(at / horizon);
    return value(origins[index]!, (at % horizon) + 1, index);
  });
}

/** Compares forecasts with what came, beside the naive and, if there is a season, the seasonal naive forecast. */
export function evaluate(windows: Windows, forecasts: readonly Forecast[], quantiles: readonly number[], naiveError: number): Evaluation {
  const { framing, series } = windows;
  const { horizon, season, window } = framing;
  const origins = forecasts.map(({ origin }) => origin);
  const actual = lay(origins, horizon, (origin, ahead) => series.target[origin + ahead]!);
  const ofQuantile = (which: number) => lay(origins, horizon, (_, ahead, index) => forecasts[index]!.quantiles[which]![ahead - 1]!);
  const naive = (base: Base) => lay(origins, horizon, (origin, ahead) => baseline(base, series.target, origin, ahead, season ?? 1, window));
  const seasonal = season !== null && origins.every((origin) => origin + 1 >= season);
  const last = quantiles.length - 1;
  return {
    windows: origins.length,
    horizon,
    scores: [
      { name: "model", ...errorsOf(actual, ofQuantile(quantiles.indexOf(0.5)), naiveError) },
      { name: "naive", ...errorsOf(actual, naive("last"), naiveError) },
      ...(seasonal ? [{ name: `seasonal naive (${season})`, ...errorsOf(actual, naive("season"), naiveError) }] : []),
    ],
    interval: last === 0 ? null : { expected: quantiles[last]! - quantiles[0]!, actual: coverage(actual, ofQuantile(0), ofQuantile(last)) },
  };
}
