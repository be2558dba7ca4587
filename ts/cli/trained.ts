import { counted } from "../print.js";
import { InputError, sentence } from "./errors.js";
import { readInput } from "./files.js";
import type { SeriesConfig } from "./run-config.js";
import type { RunFolder } from "./run-folder.js";
import type { Forecaster } from "./series/forecaster.js";
import { contextOf } from "./series/framing.js";
import type { Series } from "./series/read.js";
import { makeForecaster } from "./series/setup.js";
import { Windows } from "./series/windows.js";
import { seriesOf } from "./training/series-run.js";

/** A trained model, and a series for it to go on from. */
export interface Trained {
  readonly config: SeriesConfig;
  readonly model: Forecaster;
  readonly windows: Windows;
  readonly series: Series;
}

/** Reads a run and a file for it. */
export async function openTrained(
  folder: RunFolder,
  command: string,
  file: string,
  missing?: SeriesConfig["spec"]["missing"],
): Promise<Trained> {
  const config = await folder.readSeriesConfig(command);
  const series = seriesOf(config, file, await readInput(file), missing);
  const context = contextOf(config.framing);
  if (series.target.length < context) {
    throw new InputError(
      sentence(file, "the series", `at least ${counted(context, "row")}, which a forecast is made from`, String(series.target.length)),
    );
  }
  const windows = new Windows(config.framing, series);
  const model = makeForecaster(windows, config.model, config.quantiles);
  await folder.loadModel(model);
  return { config, model, windows, series };
}
