import { counted } from "../../print.js";
import { checkPositionals, parse, Values } from "../args.js";
import { type Command, EXIT } from "../command.js";
import { InputError, list, quote, sentence } from "../errors.js";
import { readInput } from "../files.js";
import type { TextConfig } from "../run-config.js";
import { RunFolder } from "../run-folder.js";
import { LEAST_WINDOWS, evaluate as measure, rollingOrigins } from "../series/backtest.js";
import { evaluationRows, intervalSentence } from "../series/evaluation-text.js";
import { forecast } from "../series/forecast.js";
import { contextOf } from "../series/framing.js";
import { naiveError } from "../series/metrics.js";
import { findSeason } from "../series/season.js";
import { POLICIES } from "../series/spec.js";
import { Windows } from "../series/windows.js";
import { type Narrator, print } from "../terminal/output.js";
import { short, table, whole } from "../terminal/words.js";
import { bits, frequencyBits, meanCost } from "../text/evaluate.js";
import { openTrained, type Trained } from "../trained.js";
import { idsOf, makeTextModel, vocabularyOf } from "../training/text-run.js";

const WHERE = "unrolled eval";

const options = {
  json: { help: "one JSON object instead of a table" },
  windows: { value: "N", help: `how many windows (default: as many as do not overlap, and ${LEAST_WINDOWS} at least)` },
  season: { value: "N", help: "rows of a season, for the seasonal naive forecast (default: found)" },
  all: { help: "also rows that the model learned from, which flatters it" },
  missing: { value: "HOW", help: "missing values and rows: refuse, forward, interpolate or drop (default: as in training)" },
} as const;
type Given = Values<typeof options>;

export const evaluate: Command = {
  name: "eval",
  summary:
    "Measures a model: of series, forecasts from a rolling origin beside the naive and the seasonal naive forecast; of texts, bits per character.",
  examples: [
    ["unrolled eval co2/ co2.csv", "on the rows that the model has not learned from, here the last of the same file"],
    ["unrolled eval co2/ newer.csv --season 12 --json", "for machines, with a season that is known"],
    ["unrolled eval book/ other-book.txt", "how many bits a character of another book costs"],
  ],
  usage: "FOLDER FILE [options]",
  options,
  notes: [
    "MASE is the mean absolute error in units of the one-step (seasonal) naive forecast's in the training part (Hyndman and Koehler 2006).",
  ],
  run,
};

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, options);
  const values: Given = new Values(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, ["FOLDER", "FILE"]);
  const [path, file] = parsed.positionals as [string, string];
  const folder = new RunFolder(path);
  const config = await folder.readConfig();
  return config.task === "text" ? evaluateText(config, folder, file, values, narrator) : evaluateSeries(folder, file, values, narrator);
}

/** The first row that the model neither learned from nor was chosen by. */
function firstNew({ config, series }: Trained): number {
  const { usedUntil, split } = config;
  if (series.times === null || usedUntil === null) return split.validation;
  const first = series.times.findIndex((time) => time > usedUntil);
  return first < 0 ? series.target.length : first;
}

async function evaluateSeries(folder: RunFolder, file: string, values: Given, narrator: Narrator): Promise<number> {
  const wanted = values.has("windows") ? values.integer("windows", LEAST_WINDOWS, LEAST_WINDOWS) : undefined;
  const season = values.has("season") ? values.integer("season", 0, 0) : undefined;
  const missing = values.has("missing") ? values.oneOf("missing", "refuse", POLICIES) : undefined;
  const trained = await openTrained(folder, "eval", file, missing);
  const { config, model, series } = trained;
  for (const note of series.notes) narrator.say(`note: ${note}`);
  const from = values.has("all") ? 0 : firstNew(trained);
  const windows = trained.windows;
  const origins = rollingOrigins(windows, from, series.target.length, wanted);
  if (origins.length === 0) throw tooFew(file, trained, from, wanted);
  // The season that the naive forecasts repeat need not be the one that the network was given.
  const repeats = season ?? config.framing.season ?? findSeason(series.target, series.step) ?? 0;
  const judged = new Windows({ ...config.framing, season: repeats < 2 ? null : repeats }, series);
  const scale = season === undefined ? config.naiveError : naiveError(series.target, Math.max(1, repeats), Math.max(from, repeats + 1));
  const forecasts = forecast(model, windows, origins, config.quantiles, config.shifts);
  const result = measure(judged, forecasts, config.quantiles, scale || 1);
  narrator.say(
    `${counted(result.windows, "window")} of ${counted(result.horizon, "row")}, of ${counted(series.target.length - from, "row")} that were not learned from`,
  );
  if (values.has("json")) await print(`${JSON.stringify({ task: "series", ...result })}\n`);
  else {
    const said = intervalSentence(result);
    await print(`${table(evaluationRows(result, short))}\n${said === null ? "" : `${said}\n`}`);
  }
  return EXIT.ok;
}

function tooFew(file: string, { config, series }: Trained, from: number, wanted = LEAST_WINDOWS): InputError {
  const { horizon } = config.framing;
  const start = Math.max(from, contextOf(config.framing));
  const expected = `at least ${counted(horizon + wanted - 1, "row")} that the model has not learned from, for ${wanted} windows`;
  const hint = from > 0 ? "train with a larger --test, or give a file with newer rows" : undefined;
  return new InputError(sentence(file, "the series", expected, String(Math.max(0, series.target.length - start)), hint));
}

async function evaluateText(config: TextConfig, folder: RunFolder, file: string, values: Given, narrator: Narrator): Promise<number> {
  for (const name of ["windows", "season", "all", "missing"] as const)
    if (values.has(name)) throw values.wrong(name, "left out for a text");
  const vocabulary = vocabularyOf(config);
  const bytes = await readInput(file);
  const { ids, note, text } = idsOf(vocabulary, file, bytes);
  if (ids.length < 2) throw new InputError(sentence(file, "the text", `at least 2 ${config.unit}`, String(ids.length)));
  if (note !== null) narrator.say(`note: ${note}`);
  const unknown = text === null ? [] : vocabulary.unknownIn(text);
  if (unknown.length > 0) narrator.say(`note: the model has never seen ${list(unknown.map(quote))}`);
  const model = makeTextModel(config);
  await folder.loadModel(model);
  const cost = meanCost(model, ids, 1);
  let result = cost.next();
  for (let read = 0; !result.done; result = cost.next(), read += 512)
    narrator.live(() => `${whole(read)} of ${whole(ids.length)} ${config.unit}`);
  narrator.stop();
  const found = { bits: bits(result.value), frequency: frequencyBits(ids), count: ids.length - 1 };
  const unit = config.unit === "bytes" ? "byte" : "character";
  if (values.has("json")) await print(`${JSON.stringify({ task: "text", unit, ...found })}\n`);
  else
    await print(
      `${table([
        ["", `bits per ${unit}`],
        ["model", found.bits.toFixed(3)],
        ["frequencies", found.frequency.toFixed(3)],
      ])}\n`,
    );
  return EXIT.ok;
}
