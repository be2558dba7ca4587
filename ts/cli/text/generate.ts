import { noGrad, Generator as RandomGenerator, type Tensor, tensor } from "unrolled";
import type { State } from "../cells.js";
import type { TextModel } from "./model.js";
import type { Vocabulary } from "./vocabulary.js";

export interface GenerateOptions {
  /** What the text goes on from; at least one character. */
  readonly prompt: string;
  /** Characters or bytes to write. */
  readonly length: number;
  /** Below 1 it keeps to what is likely, above 1 it dares more; at 0 it takes the likeliest. */
  readonly temperature: number;
  /** Only so many of the likeliest are drawn from; 0 for all. */
  readonly topK: number;
  readonly seed: number;
}

/** Lets the model write: each character is drawn with the probabilities that it gives, and read in turn. */
export function* generate(model: TextModel, vocabulary: Vocabulary, options: GenerateOptions): Generator<string, void, void> {
  const generator = new RandomGenerator().manualSeed(options.seed);
  const decode = vocabulary.decoder();
  let state: State | undefined;
  let unread = vocabulary.encode(options.prompt);
  model.eval();
  for (let written = 0; written < options.length; written++) {
    const input = tensor(unread, { shape: [unread.length, 1] });
    const [logits, next] = noGrad(() => model.forward(input, state));
    const last = logits.select(0, -1).select(0, 0).narrow(0, 0, vocabulary.writable);
    const id = noGrad(() => draw(last, options, generator));
    state = next;
    unread = Int32Array.of(id);
    const text = decode(id);
    if (text !== "") yield text;
  }
}

/** Below it only the likeliest is left. */
const COLDEST = 1e-30;

function draw(logits: Tensor, { temperature, topK }: GenerateOptions, generator: RandomGenerator): number {
  // 1 / temperature must be a float32, too.
  if (temperature < COLDEST) return logits.argmax().item();
  const { values, indices } = logits.topk(topK > 0 ? Math.min(topK, logits.numel()) : logits.numel());
  // The largest is 0: however small the temperature is, there is one that can be drawn.
  const scaled = values.sub(values.select(0, 0)).div(temperature);
  const place = scaled.softmax(0).multinomial(1, { generator }).item();
  return indices.data[place]!;
}
