import { io, nn, type Tensor } from "unrolled";
import { counted } from "../../print.js";
import { checkPositionals, parse, Values } from "../args.js";
import { type Command, EXIT } from "../command.js";
import { InputError, quote, sentence } from "../errors.js";
import { readInput } from "../files.js";
import type { RunConfig, SeriesConfig, TextConfig } from "../run-config.js";
import { RunFolder } from "../run-folder.js";
import { pinballLoss } from "../series/forecaster.js";
import { type Narrator, print } from "../terminal/output.js";
import { pairs, table, whole } from "../terminal/words.js";
import { sideBySide } from "../text/evaluate.js";
import { openTrained } from "../trained.js";
import { idsOf, makeTextModel, vocabularyOf } from "../training/text-run.js";

const WHERE = "unrolled inspect";

const options = { json: { help: "one JSON object instead of tables" } } as const;

export const inspect: Command = {
  name: "inspect",
  summary: "Shows what a run is: what it was trained on, its parameters, and what backpropagation through time does in it.",
  examples: [
    ["unrolled inspect co2/", "with the file that it was trained on, for the gradients"],
    ["unrolled inspect co2/ newer.csv --json", "with another file, for machines"],
  ],
  usage: "FOLDER [FILE] [options]",
  options,
  run,
};

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, options);
  const values = new Values(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, ["FOLDER", "FILE"], 1);
  const [path, given] = parsed.positionals as [string, string | undefined];
  const folder = new RunFolder(path);
  const config = await folder.readConfig();
  const subject = await subjectOf(config, folder, given, narrator);
  // It brings what draws pictures, which takes a while to load.
  const { bpttReport } = await import("unrolled/insight");
  const gradients = subject === null ? null : bpttReport(subject.model, subject.loss);
  const parameters = await parametersOf(folder);
  if (values.has("json")) {
    await print(`${JSON.stringify({ config, parameters, bptt: gradients })}\n`);
    return EXIT.ok;
  }
  await print(`${pairs(factsOf(config))}\n\n${table(parameterRows(parameters))}\n`);
  if (gradients !== null) await print(`\n${String(gradients)}\n`);
  return EXIT.ok;
}

interface Subject {
  readonly model: nn.Module;
  readonly loss: () => Tensor;
}

/** The model and a loss of it on a file; null if the file of training is gone and no other is given. */
async function subjectOf(config: RunConfig, folder: RunFolder, given: string | undefined, narrator: Narrator): Promise<Subject | null> {
  const file = given ?? config.data.file;
  try {
    return config.task === "text" ? await textSubject(config, folder, file) : await seriesSubject(config, folder, file);
  } catch (error) {
    if (given !== undefined || !(error instanceof InputError) || !error.message.startsWith(`${file}: the file`)) throw error;
    narrator.say(
      `note: without gradients, for which a file is needed (${quote(file)}, of training, cannot be read): unrolled inspect FOLDER FILE`,
    );
    return null;
  }
}

/** Windows that one backward goes through, at most. */
const MOST = 64;

async function seriesSubject({ quantiles, framing }: SeriesConfig, folder: RunFolder, file: string): Promise<Subject> {
  const { model, windows, series } = await openTrained(folder, "inspect", file);
  const origins = windows.origins(0, series.target.length).slice(-MOST);
  if (origins.length === 0) {
    throw new InputError(
      sentence(
        file,
        "the series",
        `longer by the horizon of ${framing.horizon} than what a forecast is made from`,
        `${series.target.length} rows`,
      ),
    );
  }
  model.eval();
  return { model, loss: () => pinballLoss(model.forward(windows.batch(origins)), windows.targets(origins), quantiles) };
}

async function textSubject(config: TextConfig, folder: RunFolder, file: string): Promise<Subject> {
  const { ids } = idsOf(vocabularyOf(config), file, await readInput(file));
  if (ids.length < 2) throw new InputError(sentence(file, "the text", `at least 2 ${config.unit}`, String(ids.length)));
  const model = makeTextModel(config);
  await folder.loadModel(model);
  model.eval();
  const columns = Math.max(1, Math.min(16, Math.floor(ids.length / (config.window + 1))));
  const [characters, following] = sideBySide(ids.subarray(-Math.min(ids.length, columns * config.window + 1)), columns);
  const criterion = new nn.CrossEntropyLoss();
  return { model, loss: () => criterion.forward(model.forward(characters)[0].flatten({ endDim: 1 }), following.flatten()) };
}

interface ParameterFact {
  readonly name: string;
  readonly shape: readonly number[];
  readonly norm: number;
}

async function parametersOf(folder: RunFolder): Promise<ParameterFact[]> {
  const bytes = await readInput(folder.file("model"));
  const tensors = folder.reading("model", () => io.safetensors.load(bytes));
  return Object.entries(tensors).map(([name, value]) => ({ name, shape: value.shape, norm: value.norm().item() }));
}

function parameterRows(parameters: readonly ParameterFact[]): string[][] {
  const size = ({ shape }: ParameterFact) => shape.reduce((product, each) => product * each, 1);
  const rows = parameters.map((each) => [each.name, each.shape.join(" × "), whole(size(each)), each.norm.toPrecision(3)]);
  const sum = parameters.reduce((total, each) => total + size(each), 0);
  return [["parameter", "shape", "numbers", "norm"], ...rows, ["all", "", whole(sum), ""]];
}

function factsOf(config: RunConfig): [string, string][] {
  const { model, training, data, unrolled } = config;
  const of: [string, string][] =
    config.task === "text"
      ? [["vocabulary", config.unit === "bytes" ? "256 bytes" : `${config.vocabulary.length} characters`]]
      : [
          ["target", config.spec.target],
          ["inputs", config.spec.inputs.map(({ name }) => name).join(", ") || "none"],
          ["window, horizon", `${config.framing.window}, ${config.framing.horizon}`],
          ["season", String(config.framing.season ?? "none")],
          ["quantiles", config.intervals ? config.quantiles.join(", ") : "none"],
        ];
  return [
    ["task", config.task],
    ["file", data.file],
    ["made by", `unrolled ${unrolled}, ${training.simd}`],
    ["model", `${model.cell.toUpperCase()}, ${model.layers} × ${model.hidden}, dropout ${model.dropout}`],
    ...of,
    [
      "training",
      `at most ${counted(training.epochs, "epoch")}, batch ${training.batch}, lr ${training.lr}, clip ${training.clip}, seed ${training.seed}`,
    ],
  ];
}
