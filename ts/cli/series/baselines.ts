import { mean, quantile } from "./statistics.js";

/** The forecasts that need no learning. */
export const BASES = ["last", "mean", "median", "season", "seasonal drift"] as const;
export type Base = (typeof BASES)[number];

/**
 * A forecast without learning, of the value `ahead` rows after row `origin`.
 *
 * ```text
 * last             y[o]
 * mean             the mean of the last `window` values
 * median           the middle one of them: of a series that is mostly 0, it is 0
 * season           the value a season before, or the smallest number of seasons that leads to a known row
 * seasonal drift   that, moved for each of those seasons by what the mean of the last one is above that of the one before
 * ```
 *
 * @param season m, in rows; what a base needs that is not of a season is not read
 */
export function baseline(base: Base, values: Float64Array, origin: number, ahead: number, season: number, window: number): number {
  return baselineFrom(base, values, origin, season, window)(ahead);
}

/** The same for all rows after one origin: what they have in common is computed once. */
export function baselineFrom(base: Base, values: Float64Array, origin: number, season: number, window: number): (ahead: number) => number {
  if (base === "season" || base === "seasonal drift") return seasonalFrom(base, values, origin, season);
  const last = values[origin]!;
  const seen = () => values.subarray(origin + 1 - window, origin + 1);
  const value = base === "last" ? last : base === "mean" ? mean(seen()) : quantile(seen(), 0.5);
  return () => value;
}

function seasonalFrom(base: Base, values: Float64Array, origin: number, season: number): (ahead: number) => number {
  const end = origin + 1;
  const drift = base === "season" ? 0 : mean(values, end - season, end) - mean(values, end - 2 * season, end - season);
  return (ahead) => {
    const seasons = Math.ceil(ahead / season);
    return values[origin + ahead - seasons * season]! + seasons * drift;
  };
}

/** How many rows up to the origin a base reads. */
export function rowsNeeded(base: Base, season: number | null, window: number): number {
  if (base === "last") return 1;
  if (base === "mean" || base === "median") return window;
  return (season ?? 0) * (base === "season" ? 1 : 2);
}
