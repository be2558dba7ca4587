import { counted } from "../../print.js";
import type { RecurrentSizes } from "../cells.js";
import { InputError, sentence } from "../errors.js";
import type { Base } from "./baselines.js";
import { cyclesOf } from "./calendar.js";
import { Forecaster, type ForecasterSizes } from "./forecaster.js";
import { contextOf, type Framing, isSeasonal, measureFraming } from "./framing.js";
import { naiveError } from "./metrics.js";
import type { Series } from "./read.js";
import { findSeason } from "./season.js";
import type { SeriesSpec } from "./spec.js";
import { LEAST_TRAINING, type Split, splitRows } from "./split.js";
import { moments } from "./statistics.js";
import { Windows } from "./windows.js";

export interface SetupOptions {
  readonly window: number;
  readonly horizon: number;
  readonly validation: number;
  readonly test: number;
  /** In rows; 0 for none. */
  readonly season: number | "auto";
  readonly base: Base | "auto";
  readonly relative: boolean | "auto";
  /** Whether the network reads where in the day, the week and the year a row is. */
  readonly calendar: boolean;
}

/** A series made ready to be learned. */
export interface Setup {
  readonly split: Split;
  readonly framing: Framing;
  readonly windows: Windows;
  readonly origins: { readonly training: Int32Array; readonly validation: Int32Array };
  /** The scale of MASE. */
  readonly naiveError: number;
}

/**
 * Splits a series and measures its training part.
 *
 * @param where the file, for messages
 * @throws InputError if there are too few rows
 */
export function setUp(where: string, series: Series, spec: SeriesSpec, options: SetupOptions): Setup {
  const { window, horizon } = options;
  const split = splitRows(where, { ...options, rows: series.target.length });
  const end = split.training;
  const season = options.season === "auto" ? findSeason(series.target.subarray(0, end), series.step) : options.season || null;
  checkSeason(where, { ...options, season }, end);
  const framing = measureFraming(series.target, end, {
    window,
    horizon,
    season,
    base: options.base,
    relative: options.relative,
    inputs: inputMoments(series, spec, end),
    calendar: options.calendar ? cyclesOf(series.step, end) : [],
  });
  const windows = new Windows(framing, series);
  return {
    split,
    framing,
    windows,
    origins: { training: windows.origins(0, end), validation: windows.origins(end, split.validation) },
    naiveError: naiveError(series.target, season ?? 1, end) || 1,
  };
}

/** A season must be shorter than what is learned from; and a base that the user chose must have one, if it repeats, and leave something to learn from. */
function checkSeason(
  where: string,
  { base, season, window, horizon }: Omit<SetupOptions, "season"> & { season: number | null },
  end: number,
): void {
  const based = base !== "auto";
  const hint = "choose --base last or mean, or say with --season after how many rows it repeats";
  if (based && isSeasonal({ base }) && season === null)
    throw new InputError(sentence(where, "the series", `one with a season, for --base ${base}`, "one without", hint));
  if (season !== null && season >= end) {
    const expected = `shorter than the rows to learn from, of which there are ${end}`;
    throw new InputError(sentence(where, "the season", expected, String(season), "take a shorter --season"));
  }
  const needed = based ? contextOf({ base, season, window }) + horizon + LEAST_TRAINING : 0;
  if (end >= needed) return;
  const expected = `at least ${counted(needed, "row")} to learn from, for --base ${base}${season === null ? "" : ` and a season of ${season}`}`;
  throw new InputError(sentence(where, "the series", expected, String(end), "choose --base last or mean"));
}

/** Texts, which are 0 or 1, stay as they are. */
function inputMoments(series: Series, { inputs }: SeriesSpec, end: number): { mean: number; std: number }[] {
  const kinds = inputs.flatMap((input) => (input.kind === "number" ? ["number"] : input.values.map(() => "category")));
  return kinds.map((kind, index) => (kind === "number" ? moments(series.inputs[index]!, 0, end) : { mean: 0, std: 1 }));
}

/** The model for a series, with fresh weights. */
export function makeForecaster(windows: Windows, sizes: RecurrentSizes, quantiles: readonly number[]): Forecaster {
  const { horizon } = windows.framing;
  const all: ForecasterSizes = { ...sizes, inputs: windows.sizes, horizon, quantiles };
  return new Forecaster(all);
}
