import { checkPositionals, parse, Values } from "../args.js";
import { type Command, EXIT } from "../command.js";
import { list, quote } from "../errors.js";
import { RunFolder } from "../run-folder.js";
import { type Narrator, print } from "../terminal/output.js";
import { generate as write } from "../text/generate.js";
import { makeTextModel, vocabularyOf } from "../training/text-run.js";
import { PROMPT } from "../training/train-text.js";

const WHERE = "unrolled generate";

const options = {
  prompt: { value: "TEXT", help: "what to go on from (default: an empty line)" },
  length: { value: "N", help: "characters or bytes to write (default 500)" },
  temperature: { value: "X", help: "below 1 it keeps to what is likely, above 1 it dares more; 0 takes the likeliest (default 0.8)" },
  "top-k": { value: "N", help: "draws from so many of the likeliest alone (default: from all)" },
  seed: { value: "N", help: "the same text each time (default: another each time)" },
} as const;

export const generate: Command = {
  name: "generate",
  summary: "Writes text with a model that was trained with --text or --bytes, on standard output; the prompt comes first.",
  examples: [
    ['unrolled generate book/ --prompt "Call me" --temperature 0.8', "goes on from these words"],
    ["unrolled generate book/ --length 100000 --seed 1 > text.txt", "the same text each time"],
  ],
  usage: "FOLDER [options]",
  options,
  run,
};

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, options);
  const values = new Values(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, ["FOLDER"]);
  const prompt = values.text("prompt") ?? "";
  const settings = {
    length: values.integer("length", 500, 0),
    temperature: values.number("temperature", 0.8, { min: 0 }),
    topK: values.integer("top-k", 0, 1),
    seed: values.integer("seed", crypto.getRandomValues(new Uint32Array(1))[0]!, 0),
  };
  const folder = new RunFolder(parsed.positionals[0]!);
  const config = await folder.readTextConfig();
  const vocabulary = vocabularyOf(config);
  const model = makeTextModel(config);
  await folder.loadModel(model);
  const unknown = vocabulary.unknownIn(prompt);
  if (unknown.length > 0) narrator.say(`note: the model has never seen ${list(unknown.map(quote))}`);
  if (!values.has("seed")) narrator.say(`seed ${settings.seed}`);
  await print(prompt);
  await writeAll(write(model, vocabulary, { prompt: prompt === "" ? PROMPT : prompt, ...settings }));
  await print("\n");
  return EXIT.ok;
}

/** Some dozen characters at once: one by one would be slow where a program reads. */
async function writeAll(parts: Iterable<string>): Promise<void> {
  let text = "";
  for (const part of parts) {
    text += part;
    if (text.length < 40) continue;
    await print(text);
    text = "";
  }
  await print(text);
}
