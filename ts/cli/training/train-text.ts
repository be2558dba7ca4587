import { counted } from "../../print.js";
import { EXIT } from "../command.js";
import { shell } from "../series/spec.js";
import { whole } from "../terminal/words.js";
import { bits, frequencyBits } from "../text/evaluate.js";
import { generate } from "../text/generate.js";
import { emit, runSession, type Session } from "./session.js";
import type { TextRun } from "./text-run.js";
import type { TrainingParts } from "./train-series.js";

/** Trains a model of a text from the beginning or from where it stopped, lets it write, and writes the report. */
export async function trainText(run: TextRun, { folder, narrator, json, resumed = false }: TrainingParts): Promise<number> {
  const { config, notes, parts, model, task } = run;
  if (!resumed) await folder.create();
  for (const note of notes) narrator.say(`note: ${note}`);
  const parameters = model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
  const kinds = config.unit === "bytes" ? "" : `, ${counted(config.vocabulary.length, "different one")}`;
  narrator.say(
    `${config.data.file}: ${whole(parts.training.length)} ${config.unit} to learn from${kinds}; ${whole(parts.validation.length - 1)} to choose by`,
  );
  const layers = config.model.layers === 1 ? "1 layer" : `${config.model.layers} layers`;
  narrator.say(
    `${config.model.cell.toUpperCase()}, ${layers} of ${config.model.hidden}: ${counted(parameters, "parameter")}; ${config.training.simd}`,
  );
  await folder.writeConfig(config);
  const measure = { name: config.unit === "bytes" ? "bits/byte" : "bits/char", of: bits };
  const session: Session = { folder, narrator, json, trainer: run.trainer, unit: task.unit, measure };
  await emit(session, "start", { folder: folder.path, task: "text", parameters, resumed });
  const ended = await runSession(session);
  if ("interrupted" in ended) {
    narrator.say(`interrupted: saved in ${folder.path}; unrolled train --resume ${shell(folder.path)} goes on`);
    await emit(session, "interrupted", { folder: folder.path });
    return ended.interrupted;
  }
  await finish(run, session, ended.end);
  return EXIT.ok;
}

/** What a model goes on from where nothing is said: an empty line, which begins a paragraph. */
export const PROMPT = "\n\n";

const SAMPLES = [0.5, 0.8, 1] as const;
const SAMPLE_LENGTH = 400;

async function finish(run: TextRun, session: Session, end: string): Promise<void> {
  const { folder, narrator, trainer } = session;
  const { config, model, vocabulary } = run;
  trainer.useBest();
  const best = trainer.best!;
  const why = end === "patience" ? `no progress in ${counted(config.training.patience, "epoch")}` : "all epochs done";
  const frequency = frequencyBits(run.parts.validation);
  const per = `bits per ${config.unit === "bytes" ? "byte" : "character"}`;
  narrator.say(
    `${why}: best validation ${bits(best.validation).toFixed(3)} ${per} in epoch ${best.epoch}; frequencies alone ${frequency.toFixed(3)}`,
  );
  const samples = SAMPLES.map((temperature) => {
    const options = { prompt: PROMPT, length: SAMPLE_LENGTH, temperature, topK: 0, seed: config.training.seed };
    return { temperature, text: [...generate(model, vocabulary, options)].join("") };
  });
  narrator.say(`\n${narrator.paint("dim", samples[1]!.text.trim().slice(0, 300))}\n`);
  // Drawing takes a while to load, which other commands need not wait for.
  const { textReport } = await import("../report/text-report.js");
  await folder.write("report", textReport({ config, run, history: trainer.history, samples, frequency }));
  narrator.say(`saved in ${folder.path}: ${folder.file("report")} shows it, unrolled generate ${shell(folder.path)} writes`);
  await emit(session, "end", { reason: end, folder: folder.path, best, bits: bits(best.validation) });
}
