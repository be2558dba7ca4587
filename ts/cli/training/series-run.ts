import { InputError, sentence } from "../errors.js";
import { decode } from "../files.js";
import type { SeriesConfig } from "../run-config.js";
import { parseCsv } from "../series/csv.js";
import type { Forecaster } from "../series/forecaster.js";
import { readSeries, type Series } from "../series/read.js";
import { makeForecaster } from "../series/setup.js";
import { ForecastTask } from "../series/task.js";
import { Windows } from "../series/windows.js";
import { Trainer } from "./trainer.js";

/** A series, a model of it, and what trains the model. */
export interface SeriesRun {
  readonly config: SeriesConfig;
  readonly windows: Windows;
  readonly model: Forecaster;
  readonly task: ForecastTask;
  readonly trainer: Trainer;
  /** Rows after which windows of validation are forecast. */
  readonly validation: Int32Array;
  /** What was done to the file. */
  readonly notes: readonly string[];
}

/** A fresh model for a series, as a config says. */
export function openSeries(config: SeriesConfig, series: Series, notes: readonly string[] = []): SeriesRun {
  const windows = new Windows(config.framing, series);
  const { split, quantiles, training } = config;
  const origins = { training: windows.origins(0, split.training), validation: windows.origins(split.training, split.validation) };
  const model = makeForecaster(windows, config.model, quantiles);
  const task = new ForecastTask(model, windows, origins, quantiles, training.batch);
  const trainer = new Trainer(task, { ...training, schedule: "plateau" });
  return { config, windows, model, task, trainer, validation: origins.validation, notes: [...notes, ...series.notes] };
}

/** The series of a file, read as it was for training. */
export function seriesOf(config: SeriesConfig, file: string, bytes: Uint8Array, missing?: SeriesConfig["spec"]["missing"]): Series {
  const { text } = decode(bytes, file);
  return readSeries(parseCsv(text, file), { ...config.spec, missing: missing ?? config.spec.missing });
}

/** The run again that a config describes, for the same file. */
export function resumeSeries(config: SeriesConfig, file: string, bytes: Uint8Array): SeriesRun {
  const series = seriesOf(config, file, bytes);
  const { rows } = config.split;
  if (series.target.length === rows) return openSeries(config, series);
  throw new InputError(sentence(file, "the series", `the ${rows} rows that were trained on`, String(series.target.length)));
}
