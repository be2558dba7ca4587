import { Generator, noGrad, tensor } from "unrolled";
import type { CharModel, State } from "./model.js";
import type { Vocabulary } from "./vocabulary.js";

export interface GenerateOptions {
  /** What the text goes on from; at least one character. @default an empty line, which begins a paragraph */
  readonly prompt?: string;
  /** Characters to write. */
  readonly length: number;
  /** Below 1 it keeps to what is likely, above 1 it dares more. @default 0.8 */
  readonly temperature?: number;
  readonly seed: number;
}

/** Lets the model write: each character is drawn with the probabilities that it gives, and read in turn. */
export function generate(model: CharModel, vocabulary: Vocabulary, options: GenerateOptions): string {
  const { prompt = "\n\n", length, temperature = 0.8, seed } = options;
  const generator = new Generator().manualSeed(seed);
  const written: number[] = [];
  model.eval();
  noGrad(() => {
    let state: State | undefined;
    let unread = vocabulary.encode(prompt);
    for (let count = 0; count < length; count++) {
      const [logits, next] = model.forward(tensor(unread, { shape: [unread.length, 1] }), state);
      // The unknown, which is the last, is not to be written.
      const last = logits.select(0, -1).select(0, 0).narrow(0, 0, vocabulary.unknown);
      unread = Int32Array.of(last.div(temperature).softmax(0).multinomial(1, { generator }).item());
      written.push(...unread);
      state = next;
    }
  });
  return vocabulary.decode(written);
}
