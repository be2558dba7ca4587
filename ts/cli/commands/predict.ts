import { checkPositionals, parse, Values } from "../args.js";
import { type Command, EXIT } from "../command.js";
import { RunFolder } from "../run-folder.js";
import { formatDate } from "../series/dates.js";
import { forecast } from "../series/forecast.js";
import { POLICIES } from "../series/spec.js";
import { addSteps } from "../series/step.js";
import { csvLine, csvNumber } from "../series/table-text.js";
import { type Narrator, print } from "../terminal/output.js";
import { openTrained, type Trained } from "../trained.js";

const WHERE = "unrolled predict";

const options = {
  missing: { value: "HOW", help: "missing values and rows: refuse, forward, interpolate or drop (default: as in training)" },
} as const;

export const predict: Command = {
  name: "predict",
  summary: "Forecasts the rows that follow a CSV file, as CSV on standard output: dates go on as the file writes them.",
  examples: [
    ["unrolled predict co2/ co2.csv > next.csv", "the rows after the last one of co2.csv, as many as the horizon that was trained"],
    ["tail -n 200 log.csv | unrolled predict run/ -", "reads standard input (the header must be there)"],
  ],
  usage: "FOLDER FILE [options]",
  options,
  notes: [
    "The file needs the columns of training, and as many rows as a forecast is made from. Trained with --quantiles, there is a column for each; the forecast itself is the median.",
  ],
  run,
};

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, options);
  const values = new Values(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, ["FOLDER", "FILE"]);
  const [path, file] = parsed.positionals as [string, string];
  const missing = values.has("missing") ? values.oneOf("missing", "refuse", POLICIES) : undefined;
  const trained = await openTrained(new RunFolder(path), "predict", file, missing);
  for (const note of trained.series.notes) narrator.say(`note: ${note}`);
  await print(forecastCsv(trained));
  return EXIT.ok;
}

/** The forecast as a table, the rows in the order of time. */
function forecastCsv({ config, model, windows, series }: Trained): string {
  const { quantiles, shifts, intervals, framing, spec } = config;
  const origin = series.target.length - 1;
  const [made] = forecast(model, windows, Int32Array.of(origin), quantiles, shifts);
  const rows = made!.quantiles;
  // The median is the forecast itself.
  const others = intervals ? [...quantiles.keys()].filter((index) => quantiles[index] !== 0.5) : [];
  const head = [spec.date ?? "row", spec.target, ...others.map((index) => `${spec.target} q${quantiles[index]}`)];
  const lines = Array.from({ length: framing.horizon }, (_, index) => {
    const shown = [quantiles.indexOf(0.5), ...others].map((which) => rows[which]!);
    return [place(series, origin, index + 1), ...shown.map((values) => csvNumber(values[index]!))];
  });
  return [head, ...lines].map(csvLine).join("");
}

/** The date of a row ahead; without dates its number, where the file's first row is 1. */
function place({ times, step, format }: Trained["series"], origin: number, ahead: number): string {
  return times === null ? String(origin + 1 + ahead) : formatDate(addSteps(times[origin]!, step!, ahead), format!);
}
