import { io, UnrolledError } from "unrolled";
import { CharModel, cells, type ModelSizes } from "../../../examples/moby-dick/model.js";
import { Vocabulary } from "../../../examples/moby-dick/vocabulary.js";

/** A file is no model of this kind. */
export class NoModelError extends Error {
  static override readonly name: string = "NoModelError";
}

export interface Opened {
  readonly model: CharModel;
  readonly sizes: ModelSizes;
  readonly vocabulary: Vocabulary;
}

/** The file of a model, with its sizes and characters as metadata: the form of examples/moby-dick/files.ts. */
export function pack({ model, sizes, vocabulary }: Opened): Uint8Array<ArrayBuffer> {
  const metadata = { sizes: JSON.stringify(sizes), characters: JSON.stringify(vocabulary.characters) };
  return new Uint8Array(io.safetensors.save(model.stateDict(), { metadata }));
}

function parse(text: string | undefined, what: string): unknown {
  if (text === undefined)
    throw new NoModelError(`its metadata must have \`${what}\`, which the models of this page and of npm run demo have`);
  try {
    return JSON.parse(text);
  } catch {
    throw new NoModelError(`\`${what}\` in its metadata must be JSON, got ${text.slice(0, 40)}`);
  }
}

const isSize = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

function sizesOf(value: unknown): ModelSizes {
  const { cell, vocabulary, embedding, hidden, layers } = (value ?? {}) as Partial<ModelSizes>;
  const good = isSize(vocabulary, 1 << 20) && isSize(embedding, 4096) && isSize(hidden, 4096) && isSize(layers, 16);
  if (!good || typeof cell !== "string" || !Object.hasOwn(cells, cell)) {
    throw new NoModelError(
      "`sizes` in its metadata must be those of a next-character network: cell, vocabulary, embedding, hidden, layers",
    );
  }
  return { cell, vocabulary, embedding, hidden, layers };
}

function charactersOf(value: unknown, { vocabulary }: ModelSizes): string[] {
  const good = Array.isArray(value) && value.every((each) => typeof each === "string") && value.length === vocabulary - 1;
  if (!good) throw new NoModelError(`\`characters\` in its metadata must be a list of ${vocabulary - 1} characters`);
  return value as string[];
}

/**
 * The model in a file.
 *
 * @throws NoModelError what is wrong with the file, as the second half of a sentence
 */
export function unpack(bytes: Uint8Array): Opened {
  try {
    const metadata = io.safetensors.metadata(bytes);
    const sizes = sizesOf(parse(metadata["sizes"], "sizes"));
    // A network that the file cannot hold is not made.
    const least = sizes.layers * sizes.hidden ** 2;
    if (least > bytes.length) throw new NoModelError(`its \`sizes\` must fit its ${bytes.length} bytes, got more than ${least} parameters`);
    const vocabulary = new Vocabulary(charactersOf(parse(metadata["characters"], "characters"), sizes));
    const model = new CharModel(sizes);
    model.loadStateDict(io.safetensors.load(bytes));
    return { model, sizes, vocabulary };
  } catch (error) {
    if (error instanceof UnrolledError) throw new NoModelError(error.message);
    throw error;
  }
}
