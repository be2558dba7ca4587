import { checkPositionals, parse, Values } from "../args.js";
import type { Command } from "../command.js";
import { sentence, UsageError } from "../errors.js";
import { readInput } from "../files.js";
import { FILES, RunFolder } from "../run-folder.js";
import { shell } from "../series/spec.js";
import type { Narrator } from "../terminal/output.js";
import { newSeries, seriesOptions } from "../training/new-series.js";
import { resume } from "../training/resume.js";
import { newText } from "../training/text-run.js";
import { trainSeries } from "../training/train-series.js";
import { trainText } from "../training/train-text.js";
import { onlySeries, onlyText, type TrainOptions, trainOptions, withResume } from "./train-options.js";

const WHERE = "unrolled train";

export const train: Command = {
  name: "train",
  summary: "Learns to forecast a column of a CSV file, or to go on with a text.",
  examples: [
    [
      "unrolled train co2.csv --target CO2 --horizon 12 --out co2/",
      "forecasts the next 12 rows of the column CO2; co2/report.html shows how well",
    ],
    ["unrolled train weather.csv --target temp_max --horizon 7 --quantiles 0.1,0.9", "with intervals that 80 % of all values lie in"],
    ["unrolled train book.txt --text --out book/", "learns to write like a book"],
    ["unrolled train --resume book/", "goes on with a training that Ctrl-C ended"],
  ],
  usage: "FILE --target COLUMN [options] | FILE --text [options] | --resume FOLDER [FILE]",
  options: trainOptions,
  notes: [
    "Columns of numbers beside the target are inputs as they are; columns of at most 20 different texts are one input for each text.",
    "Ctrl-C saves and ends with exit code 130. FILE may be - for standard input.",
  ],
  run,
};

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, trainOptions);
  const values = new Values<TrainOptions>(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, ["FILE"], values.has("resume") ? 0 : 1);
  const [file] = parsed.positionals;
  if (values.has("resume")) {
    refuse(values, (name) => !withResume.includes(name), "left out with --resume, which goes on with what the run says");
    return resume(file, values, narrator);
  }
  const isText = values.has("text") || values.has("bytes");
  const [others, task] = isText ? [onlySeries, "--text"] : [onlyText, "a series"];
  refuse(values, (name) => others.includes(name), `left out for ${task}`);
  // What is wrong on the command line is said before a file is read.
  if (!isText) seriesOptions(values).training(1);
  const bytes = await readInput(file!);
  const json = values.has("json");
  if (isText) {
    const made = newText(file!, bytes, values);
    return trainText(made, { folder: await freeFolder(values), narrator, json });
  }
  const made = newSeries(file!, bytes, values);
  return trainSeries(made, { folder: await freeFolder(values), narrator, json });
}

function refuse(values: Values<TrainOptions>, isWrong: (name: keyof TrainOptions) => boolean, expected: string): void {
  const wrong = (Object.keys(trainOptions) as (keyof TrainOptions)[]).find((name) => values.has(name) && isWrong(name));
  if (wrong !== undefined) throw new UsageError(sentence(WHERE, `--${wrong}`, expected, values.text(wrong) ?? "it"));
}

/** The folder of a new run. One that holds a run is not overwritten unasked: it may have taken hours. */
async function freeFolder(values: Values<TrainOptions>): Promise<RunFolder> {
  const path = values.text("out") ?? "run";
  const folder = new RunFolder(path);
  const taken = values.has("overwrite") ? undefined : await folder.taken();
  if (taken === undefined) return folder;
  // Without a config the files may be anybody's.
  const [actual, goesOn] = taken === FILES.config ? [path, `, --resume ${shell(path)} goes on with it`] : [`${path} with a ${taken}`, ""];
  throw new UsageError(sentence(WHERE, "--out", "a folder without a run", actual, `choose another, --overwrite replaces it${goesOn}`));
}
