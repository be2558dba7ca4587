import { backend } from "unrolled";
import type { Values } from "../args.js";
import type { TrainOptions } from "../commands/train-options.js";
import { InputError, sentence } from "../errors.js";
import { fingerprint, readInput } from "../files.js";
import type { RunConfig } from "../run-config.js";
import { RunFolder } from "../run-folder.js";
import { shell } from "../series/spec.js";
import type { Narrator } from "../terminal/output.js";
import { resumeSeries } from "./series-run.js";
import { resumeText } from "./text-run.js";
import { trainSeries } from "./train-series.js";
import { trainText } from "./train-text.js";
import type { Trainer } from "./trainer.js";

/** Goes on with a run that was interrupted, or for longer with one that was not. */
export async function resume(given: string | undefined, values: Values<TrainOptions>, narrator: Narrator): Promise<number> {
  const folder = new RunFolder(values.text("resume")!);
  const config = withLonger(await folder.readConfig(), values);
  const file = given ?? config.data.file;
  const checkpoint = await folder.readCheckpoint();
  const bytes = await readInput(file).catch((error: unknown) => {
    if (given !== undefined || !(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; ${elsewhere(folder)}`);
  });
  checkSame(config, file, bytes, folder);
  if (config.training.simd !== backend().simd) {
    narrator.say(`note: the run was begun with ${config.training.simd}, this Node has ${backend().simd}: the last bits may differ`);
  }
  const parts = { folder, narrator, json: values.has("json"), resumed: true };
  if (config.task === "text") {
    const run = resumeText(config, file, bytes);
    load(folder, run.trainer, checkpoint, narrator);
    return trainText(run, parts);
  }
  const run = resumeSeries(config, file, bytes);
  load(folder, run.trainer, checkpoint, narrator);
  return trainSeries(run, parts);
}

function load(folder: RunFolder, trainer: Trainer, checkpoint: Uint8Array, narrator: Narrator): void {
  folder.reading("checkpoint", () => trainer.load(checkpoint));
  if (trainer.end === "patience") narrator.say("note: training had ended for lack of progress: a larger --patience goes on, or 0");
}

function withLonger<C extends RunConfig>(config: C, values: Values<TrainOptions>): C {
  const { epochs, patience } = config.training;
  const training = { ...config.training, epochs: values.integer("epochs", epochs, 1), patience: values.integer("patience", patience, 0) };
  return { ...config, training };
}

function checkSame({ data }: RunConfig, file: string, bytes: Uint8Array, folder: RunFolder): void {
  if (fingerprint(bytes) === data.sha256) return;
  throw new InputError(sentence(file, "the file", "the one that the run began with", "another content", elsewhere(folder)));
}

function elsewhere(folder: RunFolder): string {
  return `unrolled train --resume ${shell(folder.path)} FILE takes it from elsewhere`;
}
