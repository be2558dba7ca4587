import { counted } from "../../print.js";
import { EXIT } from "../command.js";
import { list } from "../errors.js";
import type { SeriesConfig } from "../run-config.js";
import type { RunFolder } from "../run-folder.js";
import { type Evaluation, evaluate, rollingOrigins } from "../series/backtest.js";
import { evaluationRows, intervalSentence } from "../series/evaluation-text.js";
import { calibrate, forecast } from "../series/forecast.js";
import { shell } from "../series/spec.js";
import { describeStep } from "../series/step.js";
import type { Narrator } from "../terminal/output.js";
import { short, table, whole } from "../terminal/words.js";
import { describeBase } from "./describe.js";
import type { SeriesRun } from "./series-run.js";
import { emit, runSession, type Session } from "./session.js";

export interface TrainingParts {
  readonly folder: RunFolder;
  readonly narrator: Narrator;
  readonly json: boolean;
  /** Whether the folder holds the beginning of the run. */
  readonly resumed?: boolean;
}

/** Trains a model of a series from the beginning or from where it stopped; measures it, and writes the report. */
export async function trainSeries(run: SeriesRun, { folder, narrator, json, resumed = false }: TrainingParts): Promise<number> {
  if (!resumed) await folder.create();
  introduce(run, narrator);
  await folder.writeConfig(run.config);
  const measure = { name: "loss", of: (loss: number) => loss };
  const session: Session = { folder, narrator, json, trainer: run.trainer, unit: run.task.unit, measure };
  await emit(session, "start", { folder: folder.path, task: "series", parameters: parametersOf(run), resumed });
  const ended = await runSession(session);
  if ("interrupted" in ended) {
    narrator.say(`interrupted: saved in ${folder.path}; unrolled train --resume ${shell(folder.path)} goes on`);
    await emit(session, "interrupted", { folder: folder.path });
    return ended.interrupted;
  }
  await finish(run, session, ended.end);
  return EXIT.ok;
}

function parametersOf({ model }: SeriesRun): number {
  return model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
}

function introduce(run: SeriesRun, narrator: Narrator): void {
  const { config, windows, notes } = run;
  const { spec, framing, split, model } = config;
  for (const note of notes) narrator.say(`note: ${note}`);
  const { step } = windows.series;
  const inputs = spec.inputs.map(({ name }) => name);
  const beside = inputs.length === 0 ? "" : `, with ${list(inputs)}`;
  narrator.say(
    `${config.data.file}: ${counted(split.rows, "row")}${step === null ? "" : `, ${describeStep(step)} apart`}; target ${spec.target}${beside}`,
  );
  const parts = [split.training, split.validation - split.training, split.rows - split.validation].map(whole);
  narrator.say(`rows to learn from ${parts[0]}, to choose by ${parts[1]}, to test ${parts[2]}`);
  const season = framing.season === null ? "no season" : `season ${framing.season}`;
  const rest = [season, `corrects ${describeBase(config)}`, ...framing.calendar.map((cycle) => `${cycle} known`)].join(", ");
  narrator.say(`window ${framing.window}, horizon ${framing.horizon}, ${rest}`);
  const layers = model.layers === 1 ? "1 layer" : `${model.layers} layers`;
  narrator.say(
    `${model.cell.toUpperCase()}, ${layers} of ${model.hidden}: ${counted(parametersOf(run), "parameter")}; ${config.training.simd}`,
  );
}

/** Puts the best weights to use: intervals, a test on what nobody has seen, and the report. */
async function finish(run: SeriesRun, session: Session, end: string): Promise<void> {
  const { folder, narrator, trainer } = session;
  trainer.useBest();
  const { quantiles } = run.config;
  const shifts = quantiles.length > 1 ? calibrate(run.model, run.windows, run.validation, quantiles) : null;
  const config: SeriesConfig = { ...run.config, shifts };
  await folder.writeConfig(config);
  const { best } = trainer;
  const why = end === "patience" ? `no progress in ${counted(config.training.patience, "epoch")}` : "all epochs done";
  narrator.say(`${why}: best validation ${short(best!.validation)} in epoch ${best!.epoch}`);
  const test = testOf(run, config);
  if (test !== null) {
    narrator.say(`\ntest on ${counted(test.windows, "window")} of ${counted(test.horizon, "row")}\n${table(evaluationRows(test, short))}`);
    const sentence = intervalSentence(test);
    if (sentence !== null) narrator.say(sentence);
  }
  // Drawing takes a while to load, which other commands need not wait for.
  const { seriesReport } = await import("../report/series-report.js");
  await folder.write("report", seriesReport({ config, run, history: trainer.history, evaluation: test }));
  narrator.say(`\nsaved in ${folder.path}: ${folder.file("report")} shows it, unrolled predict ${shell(folder.path)} FILE forecasts`);
  await emit(session, "end", { reason: end, folder: folder.path, best, test });
}

function testOf({ windows, model }: SeriesRun, config: SeriesConfig): Evaluation | null {
  const { split, quantiles, shifts, naiveError } = config;
  const origins = rollingOrigins(windows, split.validation, split.rows);
  if (origins.length === 0) return null;
  return evaluate(windows, forecast(model, windows, origins, quantiles, shifts), quantiles, naiveError);
}
