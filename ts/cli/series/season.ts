import { mean } from "./statistics.js";
import { type Step, stepInDays } from "./step.js";

/** How strongly values that are `lag` apart go together, −1 to 1. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  const center = mean(values);
  let both = 0;
  let all = 0;
  for (let index = 0; index < values.length; index++) {
    const here = values[index]! - center;
    all += here * here;
    if (index >= lag) both += here * (values[index - lag]! - center);
  }
  return all === 0 ? 0 : both / all;
}

/** What is left of a series when its slow movement, a centred mean over `width` values, is taken away. */
function withoutTrend(values: Float64Array, width: number): Float64Array {
  const half = Math.floor(width / 2);
  const sums = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) sums[index + 1] = sums[index]! + value;
  return values.map((value, index) => {
    const [from, to] = [Math.max(0, index - half), Math.min(values.length, index + half + 1)];
    return value - (sums[to]! - sums[from]!) / (to - from);
  });
}

/** The periods that people and the sun give to a series, in rows. */
function periodsOf(step: Step | null): number[] {
  if (step === null) return [];
  if (step.unit === "working day") return [5, 261];
  const days = stepInDays(step);
  const rows = [1 / 24, 1, 7, 365.25].map((period) => Math.round(period / days));
  return rows.filter((period) => period >= 2);
}

/** A part of the variance that a season must explain to be one: of less, R² of values on those a season before is hardly worth a parameter. */
const LEAST = 0.3;

/**
 * The length of the season that repeats most, in rows; null if none does.
 *
 * With dates it is a day, a week or a year, else any length: where the autocorrelation without the trend has its highest peak. It must be seen twice at least.
 */
export function findSeason(values: Float64Array, step: Step | null): number | null {
  const longest = Math.floor(values.length / 2.5);
  const candidates = step === null ? peaks(values, longest) : periodsOf(step).filter((period) => period <= longest);
  const scored = candidates.map((period) => ({ period, strength: autocorrelation(withoutTrend(values, period), period) }));
  // Among nearly equal ones the shorter: every multiple of a season is one, too.
  const best = scored.reduce((high, each) => (each.strength > high.strength * 1.1 ? each : high), { period: 0, strength: 0 });
  return best.strength >= LEAST ? best.period : null;
}

/** Lags at which values go together better than at the lags around. */
function peaks(values: Float64Array, longest: number): number[] {
  const most = Math.min(longest, 400);
  const flat = withoutTrend(values, Math.min(values.length, 2 * most));
  const at = Array.from({ length: most + 2 }, (_, lag) => autocorrelation(flat, lag));
  return Array.from({ length: Math.max(0, most - 1) }, (_, index) => index + 2).filter(
    (lag) => at[lag]! > at[lag - 1]! && at[lag]! >= at[lag + 1]! && at[lag]! > 0,
  );
}
