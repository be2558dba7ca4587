import { backend, manualSeed } from "unrolled";
import type { Values } from "../args.js";
import type { TrainOptions } from "../commands/train-options.js";
import { InputError, sentence } from "../errors.js";
import { decode, fingerprint } from "../files.js";
import type { TextConfig } from "../run-config.js";
import { TextModel } from "../text/model.js";
import { type TextParts, TextTask } from "../text/task.js";
import { Vocabulary } from "../text/vocabulary.js";
import { modelOptions, trainingOptions } from "./options.js";
import { Trainer } from "./trainer.js";

type Given = Values<TrainOptions>;

/** A text, a model of it, and what trains the model. */
export interface TextRun {
  readonly config: TextConfig;
  readonly vocabulary: Vocabulary;
  readonly model: TextModel;
  readonly task: TextTask;
  readonly trainer: Trainer;
  readonly parts: TextParts;
  readonly notes: readonly string[];
}

/** Less teaches nothing. */
const SHORTEST = 200;
/** So many characters are read in training if nothing else is said. */
const CHARACTERS = 3_000_000;

/** The vocabulary of a config. */
export function vocabularyOf({ unit, vocabulary }: Pick<TextConfig, "unit" | "vocabulary">): Vocabulary {
  return new Vocabulary(unit, vocabulary);
}

/** The numbers of a file's characters or bytes. */
export function idsOf(
  vocabulary: Vocabulary,
  file: string,
  bytes: Uint8Array,
): { ids: Int32Array; note: string | null; text: string | null } {
  if (vocabulary.unit === "bytes") return { ids: Int32Array.from(bytes), note: null, text: null };
  const { text, note } = decode(bytes, file);
  return { ids: vocabulary.encode(text), note, text };
}

/** A fresh model for a config. */
export function makeTextModel(config: TextConfig): TextModel {
  return new TextModel({ ...config.model, vocabulary: vocabularyOf(config).size, embedding: config.embedding });
}

function open(config: TextConfig, ids: Int32Array, notes: readonly string[]): TextRun {
  const { training, validation, rows } = config.split;
  const parts = { training: ids.subarray(0, training), validation: ids.subarray(training - 1, rows) };
  if (validation !== rows) throw new RangeError("a text has no part for tests");
  const model = makeTextModel(config);
  const task = new TextTask(model, parts, { unit: config.unit, span: config.window, batch: config.training.batch });
  const trainer = new Trainer(task, { ...config.training, schedule: "linear" });
  return { config, vocabulary: vocabularyOf(config), model, task, trainer, parts, notes };
}

/** Makes a model for a text. */
export function newText(file: string, bytes: Uint8Array, values: Given): TextRun {
  const decoded = values.has("bytes") ? undefined : decode(bytes, file);
  const validation = values.number("validation", 0.1, { min: 0, max: 0.9, above: true });
  const window = values.integer("window", 64, 2, 100_000);
  const length = decoded === undefined ? bytes.length : [...decoded.text].length;
  const unit = decoded === undefined ? "bytes" : "characters";
  if (length < SHORTEST) throw new InputError(sentence(file, "the text", `at least ${SHORTEST} ${unit}`, String(length)));
  const training = Math.min(length - 20, Math.max(20, Math.floor(length * (1 - validation))));
  const options = textTraining(values, training);
  if (training < 4 * options.batch) {
    throw new InputError(
      sentence(
        file,
        "the text",
        `at least ${4 * options.batch} ${unit} to learn from, for --batch ${options.batch}`,
        String(training),
        "take a smaller --batch",
      ),
    );
  }
  const vocabulary = decoded === undefined ? Vocabulary.ofBytes() : Vocabulary.ofText([...decoded.text].slice(0, training).join(""));
  const config: TextConfig = {
    format: 1,
    task: "text",
    unrolled: backend().version,
    data: { file, sha256: fingerprint(bytes) },
    unit,
    vocabulary: [...vocabulary.characters],
    embedding: values.integer("embedding", 32, 1, 65_536),
    window,
    split: { training, validation: length, rows: length },
    model: modelOptions(values, 192),
    training: { ...options, simd: backend().simd },
  };
  manualSeed(config.training.seed);
  const ids = decoded === undefined ? Int32Array.from(bytes) : vocabulary.encode(decoded.text);
  return open(config, ids, decoded?.note ? [decoded.note] : []);
}

/** How long to learn depends on the text: an epoch of a short one is a moment. */
function textTraining(values: Given, training: number) {
  const epochs = values.integer("epochs", Math.min(200, Math.max(3, Math.ceil(CHARACTERS / training))), 1);
  const patience = Math.max(3, Math.ceil(epochs / 5));
  return trainingOptions(values, { epochs, batch: 16, lr: 0.005, patience, weightDecay: 0.01 });
}

/** The run again that a config describes, for the same file. */
export function resumeText(config: TextConfig, file: string, bytes: Uint8Array): TextRun {
  return open(config, idsOf(vocabularyOf(config), file, bytes).ids, []);
}
