import { BASES, type Base, baseline, rowsNeeded } from "./baselines.js";
import type { Cycle } from "./calendar.js";
import { type Moments, mean, moments } from "./statistics.js";

/** How values become what a network learns well: differences to what is known, in units of their spread. All of it is measured in the training part. */
export interface Framing {
  /** Rows that the network reads. */
  readonly window: number;
  /** Rows that it says ahead, all at once. */
  readonly horizon: number;
  /** The forecast without learning that it corrects. */
  readonly base: Base;
  /** Rows after which the series repeats; null if it does not. */
  readonly season: number | null;
  /** Whether spreads grow with the level, so that it learns shares of the window's mean. */
  readonly relative: boolean;
  /** The target itself is an input, too, if it stays around one level; else null. */
  readonly level: Moments | null;
  /** Spreads of what is read: the value against the last one, against the one before, against the one a season before. */
  readonly spreads: { readonly last: number; readonly step: number; readonly season: number };
  /** Spread of what is learned: the value against the base. */
  readonly residual: number;
  /** Of each column beside the target; 0 and 1 for those of texts. */
  readonly inputs: readonly Moments[];
  readonly calendar: readonly Cycle[];
}

export interface FramingOptions {
  readonly window: number;
  readonly horizon: number;
  readonly season: number | null;
  readonly base: Base | "auto";
  readonly relative: boolean | "auto";
  readonly inputs: readonly Moments[];
  readonly calendar: readonly Cycle[];
}

/** Whether the network sees differences over a season. */
export function isSeasonal({ base }: Pick<Framing, "base">): boolean {
  return base === "season" || base === "seasonal drift";
}

/** How many rows up to the origin a forecast needs. */
export function contextOf(framing: Pick<Framing, "window" | "season" | "base">): number {
  const { window, season, base } = framing;
  return Math.max(window + (isSeasonal(framing) ? season! : 1), rowsNeeded(base, season, window));
}

/** The level in whose shares a relative framing counts: the mean of the window. */
export function levelAt({ relative, window }: Pick<Framing, "relative" | "window">, values: Float64Array, origin: number): number {
  return relative ? mean(values, origin + 1 - window, origin + 1) : 1;
}

/**
 * Measures how to frame a series.
 *
 * @param values the target
 * @param end the first row that is not of the training part
 */
export function measureFraming(values: Float64Array, end: number, options: FramingOptions): Framing {
  const { window, horizon, season, inputs, calendar } = options;
  const relative = options.relative === "auto" ? growsWithLevel(values.subarray(0, end), season ?? 12) : options.relative;
  const sizes = { window, horizon, season, relative };
  const base = options.base === "auto" ? bestBase(values, end, sizes) : options.base;
  const origins = originsIn({ window, season, base }, 0, end - horizon);
  const against = (value: (origin: number) => number) => spread(origins, (origin) => value(origin) / levelAt(sizes, values, origin));
  return {
    ...sizes,
    base,
    level: !relative && staysLevel(values, end, season) ? moments(values, 0, end) : null,
    spreads: {
      last: against((origin) => values[origin + 1 - Math.ceil(window / 2)]! - values[origin]!),
      step: against((origin) => values[origin]! - values[origin - 1]!),
      season: isSeasonal({ base }) ? against((origin) => values[origin]! - values[origin - season!]!) : 1,
    },
    residual: residualSpread(values, origins, { ...sizes, base }),
    inputs,
    calendar,
  };
}

/** The origins whose context and targets lie within some rows; at most 500, evenly spread. */
function originsIn(framing: Pick<Framing, "window" | "season" | "base">, from: number, to: number): number[] {
  const first = from + contextOf(framing) - 1;
  const stride = Math.max(1, Math.floor((to - first) / 500));
  const origins: number[] = [];
  for (let origin = first; origin < to; origin += stride) origins.push(origin);
  return origins;
}

function spread(origins: readonly number[], value: (origin: number) => number): number {
  const values = origins.map(value);
  const size = Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / Math.max(1, values.length));
  return size > 0 ? size : 1;
}

type Sizes = Pick<Framing, "window" | "horizon" | "season" | "relative">;

/** The mean absolute difference is what the loss counts; the spread is the one of all rows ahead together. */
function residualSpread(values: Float64Array, origins: readonly number[], framing: Sizes & { base: Base }): number {
  const ahead = [1, Math.ceil(framing.horizon / 2), framing.horizon];
  const { base, season, window } = framing;
  const all = origins.flatMap((origin) => {
    const level = levelAt(framing, values, origin);
    return ahead.map((rows) => (values[origin + rows]! - baseline(base, values, origin, rows, season ?? 1, window)) / level);
  });
  const size = Math.sqrt(all.reduce((sum, each) => sum + each * each, 0) / Math.max(1, all.length));
  // A base without errors leaves nothing to learn; what rounding leaves is then in units of the values themselves.
  return size > 0 ? size : Math.max(1e-6, 1e-6 * Math.abs(mean(values)));
}

/**
 * The base with the least mean absolute error in the training part. One of the season only where the network cannot see two seasons itself:
 * where it can, it was measured to learn more when it corrects the last value. And it must leave half of the rows to learn from.
 */
function bestBase(values: Float64Array, end: number, sizes: Sizes): Base {
  const { season, window, horizon } = sizes;
  const fits = BASES.filter((base) => {
    if (!isSeasonal({ base })) return true;
    return season !== null && window < 2 * season && end >= 2 * contextOf({ ...sizes, base }) + horizon;
  });
  const most = Math.max(...fits.map((base) => contextOf({ ...sizes, base })));
  const origins = originsIn({ ...sizes, window: most, base: "last" }, -1, end - sizes.horizon);
  // The median is no linear function of the window, so that the linear part cannot undo it: it must be better by a tenth.
  const scored = fits.map((base) => ({ base, error: meanError(values, origins, base, sizes) / (base === "median" ? 0.9 : 1) }));
  return scored.reduce((best, each) => (each.error < best.error ? each : best)).base;
}

function meanError(values: Float64Array, origins: readonly number[], base: Base, { horizon, season, window }: Sizes): number {
  const stride = Math.max(1, Math.floor(horizon / 8));
  let sum = 0;
  let number = 0;
  for (const origin of origins) {
    if (origin + 1 < rowsNeeded(base, season, window)) continue;
    for (let ahead = 1; ahead <= horizon; ahead += stride, number++) {
      sum += Math.abs(values[origin + ahead]! - baseline(base, values, origin, ahead, season ?? 1, window));
    }
  }
  return sum / Math.max(1, number);
}

/** Whether the beginning and the end have about the same mean, so that later values will have it, too: over the same number of whole seasons. */
function staysLevel(values: Float64Array, end: number, season: number | null): boolean {
  const half = Math.floor(end / 2);
  const part = season === null || half < season ? half : half - (half % season);
  return Math.abs(mean(values, 0, part) - mean(values, end - part, end)) < 0.5 * moments(values, 0, end).std;
}

/** Whether the spread of blocks of a season's length is more alike in shares of their means than in itself (Guerrero 1993, for λ = 0 and 1). */
function growsWithLevel(values: Float64Array, season: number): boolean {
  if (values.some((value) => value <= 0)) return false;
  const length = Math.max(4, Math.min(season, Math.floor(values.length / 4)));
  const blocks = Array.from({ length: Math.floor(values.length / length) }, (_, block) =>
    moments(values, block * length, (block + 1) * length),
  );
  if (blocks.length < 4) return false;
  const variation = (numbers: number[]) => {
    const all = moments(numbers);
    return all.std / all.mean;
  };
  const means = blocks.map((block) => block.mean);
  // Levels that hardly differ cannot tell.
  if (Math.max(...means) < 1.5 * Math.min(...means)) return false;
  return variation(blocks.map(({ mean: level, std }) => std / level)) < 0.8 * variation(blocks.map(({ std }) => std));
}
