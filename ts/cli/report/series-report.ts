import type { SeriesConfig } from "../run-config.js";
import { type Evaluation, rollingOrigins } from "../series/backtest.js";
import { evaluationRows, intervalSentence } from "../series/evaluation-text.js";
import { forecast } from "../series/forecast.js";
import { pinballLoss } from "../series/forecaster.js";
import { describeStep } from "../series/step.js";
import { duration, short, whole } from "../terminal/words.js";
import { describeBase } from "../training/describe.js";
import type { SeriesRun } from "../training/series-run.js";
import type { EpochRecord } from "../training/trainer.js";
import { forecastFigure, horizonFigure } from "./forecasts.js";
import { gradientSection } from "./gradients.js";
import { asSentence, facts, htmlTable, page, paragraph, section } from "./html.js";
import { lossFigure } from "./losses.js";

export interface SeriesReport {
  readonly config: SeriesConfig;
  readonly run: SeriesRun;
  readonly history: readonly EpochRecord[];
  /** Of the test part; null if there is none. */
  readonly evaluation: Evaluation | null;
}

/** A page on a model of a series: what it was trained on, its losses, forecasts of what it has not seen, its gradients. */
export function seriesReport(report: SeriesReport): string {
  const { config, run, history } = report;
  const { spec, data } = config;
  const best = run.trainer.best;
  const lead = `${config.model.cell.toUpperCase()} of ${config.model.hidden} units, trained on ${data.file} by unrolled ${config.unrolled}.`;
  return page(`Forecasts of ${spec.target}`, lead, [
    ...testSection(report),
    section(
      "Training",
      lossFigure(history, "loss", (loss) => loss, best),
    ),
    gradientSection(run.model, () => batchLoss(run)),
    section("The run", facts(pairsOf(report))),
  ]);
}

function testSection({ config, run, evaluation }: SeriesReport): string[] {
  const { quantiles, shifts, spec, split } = config;
  const { windows, model } = run;
  // Without a test part the forecasts of the rows that chose the weights are shown, and that is said.
  const [from, to] = evaluation === null ? [split.training, split.validation] : [split.validation, split.rows];
  const origins = rollingOrigins(windows, from, to);
  if (origins.length === 0) return [];
  const forecasts = forecast(model, windows, origins, quantiles, shifts);
  const pictures = [forecastFigure(windows, forecasts, quantiles, spec.target)];
  if (windows.framing.horizon > 1) pictures.push(horizonFigure(windows, forecasts, quantiles, spec.target));
  if (evaluation === null)
    return [section("Forecasts", paragraph("There is no test part: these are rows that the best epoch was chosen by."), ...pictures)];
  const said = intervalSentence(evaluation);
  const words = said === null ? [] : [paragraph(asSentence(said))];
  const explained = "MASE is the error in units of the (seasonal) naive forecast's in the training part: below 1 is better than that.";
  return [section("Forecasts", htmlTable(evaluationRows(evaluation, short), "scores"), ...words, paragraph(explained), ...pictures)];
}

/** The loss of the newest windows of validation: at most 64. */
function batchLoss({ windows, model, validation, config }: SeriesRun): ReturnType<typeof pinballLoss> {
  const origins = validation.slice(-64);
  return pinballLoss(model.forward(windows.batch(origins)), windows.targets(origins), config.quantiles);
}

function pairsOf({ config, run, history }: SeriesReport): [string, string][] {
  const { spec, framing, split, training, model } = config;
  const { step } = run.windows.series;
  const inputs = spec.inputs.map(({ name }) => name).join(", ") || "none";
  return [
    ["rows", `${whole(split.rows)}${step === null ? "" : `, ${describeStep(step)} apart`}`],
    [
      "learned from, chosen by, tested",
      [split.training, split.validation - split.training, split.rows - split.validation].map(whole).join(", "),
    ],
    ["other inputs", inputs],
    ["calendar", framing.calendar.join(", ") || "none"],
    ["window, horizon", `${framing.window}, ${framing.horizon} rows`],
    ["season", framing.season === null ? "none" : `${framing.season} rows`],
    ["corrects", describeBase(config)],
    ["layers, dropout", `${model.layers}, ${model.dropout}`],
    ["parameters", whole(run.model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0))],
    ["learning rate, batch, clip", `${training.lr}, ${training.batch}, ${training.clip}`],
    ["seed", String(training.seed)],
    ["missing values", spec.missing],
    ["time", duration(history.at(-1)?.seconds ?? 0)],
    ["SIMD", training.simd],
  ];
}
