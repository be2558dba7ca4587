import { mean } from "./statistics.js";

/** The forecasts that need no learning. */
export const BASES = ["last", "mean", "season", "seasonal drift"] as const;
export type Base = (typeof BASES)[number];

/**
 * A forecast without learning, of the value `ahead` rows after row `origin`.
 *
 * ```text
 * last             y[o]
 * mean             the mean of the last `window` values
 * season           the value a season before, or the smallest number of seasons that leads to a known row
 * seasonal drift   that, moved for each of those seasons by what the mean of the last one is above that of the one before
 * ```
 *
 * @param season m, in rows; what a base needs that is not of a season is not read
 */
export function baseline(base: Base, values: Float64Array, origin: number, ahead: number, season: number, window: number): number {
  if (base === "last") return values[origin]!;
  if (base === "mean") return mean(values, origin + 1 - window, origin + 1);
  const seasons = Math.ceil(ahead / season);
  const before = values[origin + ahead - seasons * season]!;
  if (base === "season") return before;
  const [now, then] = [mean(values, origin + 1 - season, origin + 1), mean(values, origin + 1 - 2 * season, origin + 1 - season)];
  return before + seasons * (now - then);
}

/** How many rows up to the origin a base reads. */
export function rowsNeeded(base: Base, season: number | null, window: number): number {
  if (base === "last") return 1;
  return base === "mean" ? window : (season ?? 0) * (base === "season" ? 1 : 2);
}
