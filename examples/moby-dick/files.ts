import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { io } from "unrolled";
import { saveFile } from "unrolled/node";
import { CharModel, type ModelSizes } from "./model.js";
import { Vocabulary } from "./vocabulary.js";

/** Writes the model with all that is needed to use it again: its sizes and characters are the file's metadata. */
export async function saveModel(file: string, model: CharModel, sizes: ModelSizes, vocabulary: Vocabulary): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const metadata = { sizes: JSON.stringify(sizes), characters: JSON.stringify(vocabulary.characters) };
  await saveFile(model.stateDict(), file, { metadata });
}

/** Makes the model anew of what {@link saveModel} wrote. */
export async function openModel(file: string): Promise<{ model: CharModel; vocabulary: Vocabulary }> {
  const bytes = await readFile(file);
  const { sizes, characters } = io.safetensors.metadata(bytes);
  if (sizes === undefined || characters === undefined) throw new Error(`${file} must be a model that the demo saved`);
  const model = new CharModel(JSON.parse(sizes) as ModelSizes);
  model.loadStateDict(io.safetensors.load(bytes));
  return { model, vocabulary: new Vocabulary(JSON.parse(characters) as string[]) };
}
