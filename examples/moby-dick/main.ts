// Trains a character model, shows how it gets on, and says what it learned. Run by `npm run demo`.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { backend, manualSeed, UnrolledError } from "unrolled";
import { UsageError } from "../command-line.js";
import { lossCurve } from "./chart.js";
import { createDisplay, quote, time, whole } from "./display.js";
import { bitsPerCharacter } from "./evaluate.js";
import { saveModel } from "./files.js";
import { generate } from "./generate.js";
import { History } from "./history.js";
import { CharModel, type ModelSizes } from "./model.js";
import { type Options, parseOptions, usage } from "./options.js";
import { type Corpus, readCorpus } from "./text.js";
import { type Progress, train } from "./train.js";

/** Samples are shown after each fifth of the training. */
const SAMPLES = 5;
const SAMPLE_LENGTH = 280;

/** After Ctrl-C nobody wants to wait: this many held-out characters are read. */
const BRIEF = 20_000;

/** What stays the same from the beginning to the end. */
interface Run {
  readonly options: Options;
  readonly corpus: Corpus;
  readonly sizes: ModelSizes;
  readonly model: CharModel;
}

function prepare(options: Options): Run {
  const corpus = readCorpus(options.text);
  // A training that cannot be saved is better refused now than at its end.
  mkdirSync(dirname(options.out), { recursive: true });
  manualSeed(options.seed);
  const { cell, hidden, layers } = options;
  const sizes = { cell, vocabulary: corpus.vocabulary.size, embedding: 32, hidden, layers };
  return { options, corpus, sizes, model: new CharModel(sizes) };
}

function describe({ cell, layers, hidden }: ModelSizes): string {
  return `${cell.toUpperCase()}, ${layers} ${layers === 1 ? "layer" : "layers"} of ${hidden}`;
}

function introduce({ corpus, sizes, model }: Run): void {
  const parameters = model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
  const { training, heldOut, vocabulary } = corpus;
  const read = whole.format(training.length);
  const kept = whole.format(heldOut.length - 1);
  console.log(`${corpus.title}: ${read} characters to learn from, ${vocabulary.characters.length} different ones; ${kept} held out`);
  console.log(`${describe(sizes)}: ${whole.format(parameters)} parameters; ${backend().simd}\n`);
}

/** A sample of what the model writes; `index` makes each another one. */
function write({ model, corpus, options }: Run, title: string, index = 0): string {
  return quote(title, generate(model, corpus.vocabulary, { length: SAMPLE_LENGTH, seed: options.seed + index }));
}

interface Learned {
  readonly history: History;
  /** What was known after the last step. */
  readonly last: Progress;
}

/** Trains until the budget is used or `interrupted`, but at least one step. */
async function learn(run: Run, interrupted: AbortSignal): Promise<Learned> {
  const display = createDisplay(process.stdout);
  const history = new History();
  let last: Progress | undefined;
  let loss = 0;
  let samples = 0;
  for await (const progress of train(run.model, run.corpus.training, run.options.budget)) {
    last = progress;
    history.add(progress);
    // The mean of the first steps, then a moving one.
    loss += (progress.loss - loss) * Math.max(1 / progress.step, 0.005);
    display.show(progress, loss);
    if (interrupted.aborted) break;
    const due = Math.floor(progress.fraction * SAMPLES);
    if (due > samples && progress.fraction < 1) display.log(write(run, `at ${Math.round(progress.fraction * 100)} % it writes`, due));
    samples = due;
  }
  display.stop();
  return { history, last: last! };
}

/** Saves the model, reads the held-out text, writes, and draws. */
async function conclude(run: Run, { history, last }: Learned, brief: boolean): Promise<void> {
  const { options, corpus, sizes, model } = run;
  const spent = `${whole.format(last.step)} steps in ${time(last.seconds)}`;
  console.log(`${brief ? "interrupted after" : "trained for"} ${spent}: ${whole.format(last.characters)} characters read`);
  await saveModel(options.out, model, sizes, corpus.vocabulary);
  const text = brief ? corpus.heldOut.subarray(0, BRIEF + 1) : corpus.heldOut;
  const heldOut = await bitsPerCharacter(model, text);
  const part = text.length < corpus.heldOut.length ? ` (its first ${whole.format(BRIEF)} characters)` : "";
  console.log(`held-out: ${heldOut.toFixed(2)} bits per character${part}`);
  console.log(`\n${write(run, "it writes")}`);
  const picture = options.out.replace(/\.safetensors$/, ".svg");
  const title = `A character model reads ${corpus.title}`;
  // Where the number of steps was given, the picture is the same every time too.
  const extent = "steps" in options.budget ? `${whole.format(last.step)} steps` : spent;
  writeFileSync(picture, lossCurve({ title, subtitle: `${describe(sizes)} · ${extent}`, points: history.points, heldOut }));
  console.log(`saved: ${options.out}, ${picture}`);
}

async function demo(options: Options): Promise<void> {
  const interrupted = new AbortController();
  // Once: a second Ctrl-C ends the program as always.
  process.once("SIGINT", () => interrupted.abort());
  const run = prepare(options);
  introduce(run);
  const learned = await learn(run, interrupted.signal);
  await conclude(run, learned, interrupted.signal.aborted);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else await demo(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof UnrolledError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
