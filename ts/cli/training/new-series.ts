import { backend, manualSeed } from "unrolled";
import type { Values } from "../args.js";
import type { TrainOptions } from "../commands/train-options.js";
import { list, quote, sentence, UsageError } from "../errors.js";
import { decode, fingerprint } from "../files.js";
import type { SeriesConfig } from "../run-config.js";
import { BASES } from "../series/baselines.js";
import { parseCsv } from "../series/csv.js";
import { isDateFormat } from "../series/dates.js";
import { readSeries } from "../series/read.js";
import { setUp } from "../series/setup.js";
import { describeColumns, POLICIES, type SeriesSpec } from "../series/spec.js";
import { modelOptions, trainingOptions } from "./options.js";
import { openSeries, type SeriesRun } from "./series-run.js";

const WHERE = "unrolled train";
type Given = Values<TrainOptions>;

const DEFAULTS = { hidden: 32, batch: 32, lr: 0.003, weightDecay: 0.01 } as const;

/** How long to learn if nothing is said: epochs of short series are a few steps, of which it takes more. */
function lengthOf(windows: number, batch: number): { epochs: number; patience: number } {
  const batches = Math.ceil(windows / batch);
  return { epochs: Math.max(60, Math.ceil(2000 / batches)), patience: Math.max(12, Math.ceil(300 / batches)) };
}

/** The shares of values that are to lie below the forecasts; the median is always among them. */
function quantilesOf(values: Given): { quantiles: number[]; intervals: boolean } {
  const given = values.names("quantiles");
  if (given === undefined) return { quantiles: [0.5], intervals: false };
  const numbers = given.map(Number);
  if (numbers.length === 0 || numbers.some((q) => !(q > 0 && q < 1)))
    throw values.wrong("quantiles", "shares between 0 and 1 with commas between them");
  const quantiles = [...new Set([...numbers, 0.5])].sort((a, b) => a - b);
  return { quantiles, intervals: quantiles.length > 1 };
}

function filterOf(values: Given): { column: string; value: string } | undefined {
  const text = values.text("where");
  if (text === undefined) return undefined;
  const at = text.indexOf("=");
  if (at < 1) throw values.wrong("where", "COLUMN=VALUE");
  return { column: text.slice(0, at), value: text.slice(at + 1) };
}

function specOf(values: Given, target: string): Parameters<typeof describeColumns>[1] {
  const format = values.text("date-format");
  if (format !== undefined && !isDateFormat(format)) throw values.wrong("date-format", "a format such as '%d.%m.%Y'");
  const inputs = values.text("inputs") === "none" ? [] : values.names("inputs");
  return {
    target,
    inputs,
    ignore: values.names("ignore") ?? [],
    date: values.text("date"),
    dateFormat: format,
    where: filterOf(values),
    missing: values.oneOf("missing", "refuse", POLICIES),
  };
}

function setupOf(values: Given): Parameters<typeof setUp>[3] {
  const bases = BASES.map((base) => base.replace(" ", "-"));
  const base = values.oneOf("base", "auto", [...bases, "auto"]);
  const validation = values.number("validation", 0.15, { min: 0, max: 0.9, above: true });
  const test = values.number("test", 0.15, { min: 0, max: 0.9 });
  if (validation + test >= 0.95)
    throw new UsageError(sentence(WHERE, "--validation and --test", "less than 0.95 together", String(validation + test)));
  return {
    window: values.integer("window", 48, 2, 100_000),
    horizon: values.integer("horizon", 1, 1, 10_000),
    validation,
    test,
    season: values.has("season") ? seasonOf(values) : "auto",
    base: base === "auto" ? "auto" : (base.replace("-", " ") as (typeof BASES)[number]),
    relative: "auto",
    calendar: !values.has("no-calendar"),
  };
}

function seasonOf(values: Given): number {
  const season = values.integer("season", 0, 0);
  if (season === 1) throw values.wrong("season", "0 or at least 2");
  return season;
}

/** All that the command line says of a series, checked before the file is read. */
export function seriesOptions(values: Given) {
  return {
    spec: (target: string) => specOf(values, target),
    setup: setupOf(values),
    ...quantilesOf(values),
    model: modelOptions(values, DEFAULTS.hidden),
    training: (windows: number) => {
      const batch = values.integer("batch", DEFAULTS.batch, 1);
      return trainingOptions(values, { ...DEFAULTS, ...lengthOf(windows, batch) });
    },
  };
}

/** Finds out what is in a file of numbers, and makes a model for it. */
export function newSeries(file: string, bytes: Uint8Array, values: Given): SeriesRun {
  const options = seriesOptions(values);
  const { text, note } = decode(bytes, file);
  const table = parseCsv(text, file);
  const target = values.text("target");
  if (target === undefined) {
    const hint = `the columns are ${list(table.header.map(quote))}; or --text, to learn the file as a text`;
    throw new UsageError(sentence(WHERE, "--target", "the column to forecast", "nothing", hint));
  }
  const found: SeriesSpec = describeColumns(table, options.spec(target));
  const series = readSeries(table, found);
  const spec = { ...found, written: series.format, step: series.step };
  const { split, framing, naiveError, origins } = setUp(file, series, spec, options.setup);
  const config: SeriesConfig = {
    format: 1,
    task: "series",
    unrolled: backend().version,
    data: { file, sha256: fingerprint(bytes) },
    spec: spec as SeriesConfig["spec"],
    framing: framing as SeriesConfig["framing"],
    quantiles: options.quantiles,
    intervals: options.intervals,
    shifts: null,
    split,
    usedUntil: series.times?.[split.validation - 1] ?? null,
    naiveError,
    model: options.model,
    training: { ...options.training(origins.training.length), simd: backend().simd },
  };
  manualSeed(config.training.seed);
  return openSeries(config, series, note === null ? [] : [note]);
}
