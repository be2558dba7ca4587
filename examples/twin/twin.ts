/** A character model of unrolled: the twin of twin.py, line by line. */

import { manualSeed, nn, noGrad, optim, randint, stack, type Tensor, tensor } from "unrolled";

export const BATCH = 32;
export const SPAN = 64;
const LEARNING_RATE = 1e-2;
const HELD_OUT = 8192; // characters at the end of the text
export const EVERY = 15; // steps between two looks at them

export class CharModel extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly rnn: nn.LSTM;
  readonly head: nn.Linear;

  constructor(vocabulary: number) {
    super();
    this.embedding = new nn.Embedding(vocabulary, 24);
    this.rnn = new nn.LSTM(24, 64, { numLayers: 2, batchFirst: true });
    this.head = new nn.Linear(64, vocabulary);
    // Embeddings start from a normal distribution, whose last bits depend on the machine in PyTorch; uniform ones do not.
    nn.init.uniform_(this.embedding.weight, { a: -1, b: 1 });
  }

  forward(tokens: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(tokens));
    return this.head.forward(output);
  }
}

/** BATCH random pieces of the text: the characters `[N, T]`, and those that follow them `[N, T]`. */
function draw(text: Tensor): [tokens: Tensor, targets: Tensor] {
  const starts = randint(0, text.numel() - SPAN, [BATCH]);
  const pieces = stack([...starts.data].map((start) => text.narrow(0, start, SPAN + 1)));
  return [pieces.narrow(1, 0, SPAN), pieces.narrow(1, 1, SPAN)];
}

function bitsPerCharacter(model: CharModel, text: Tensor): number {
  return noGrad(() => {
    const logits = model.forward(text.narrow(0, 0, text.numel() - 1).unsqueeze(0));
    const loss = nn.functional.crossEntropy(logits.flatten(0, 1), text.narrow(0, 1, text.numel() - 1));
    return loss.item() / Math.log(2);
  });
}

/** What a step of training leaves. */
export interface Step {
  /** From 1. */
  readonly step: number;
  /** The cross entropy in nats, before the update. */
  readonly loss: number;
  readonly seconds: number;
  /** Bits per character of the held-out text, from time to time and after the last step. */
  readonly bits: number | undefined;
}

export function* train(model: CharModel, text: Tensor, steps: number): Generator<Step, void, undefined> {
  const [learned, heldOut] = [text.narrow(0, 0, text.numel() - HELD_OUT), text.narrow(0, text.numel() - HELD_OUT - 1, HELD_OUT + 1)];
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: LEARNING_RATE });
  for (let step = 1; step <= steps; step++) {
    const begin = performance.now();
    const [tokens, targets] = draw(learned);
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(tokens).flatten(0, 1), targets.flatten());
    loss.backward();
    optimizer.step();
    const value = loss.item();
    const seconds = (performance.now() - begin) / 1000;
    const due = step % EVERY === 0 || step === steps;
    yield { step, loss: value, seconds, bits: due ? bitsPerCharacter(model, heldOut) : undefined };
  }
}

/** The logits of the text's last characters. */
export function answer(model: CharModel, tokens: Tensor): Tensor {
  return noGrad(() => model.forward(tokens));
}

/** The text in numbers, and the model as seed 0 makes it. */
export function begin(text: string): { tokens: Tensor; model: CharModel } {
  const characters = [...new Set(text)].sort();
  const ids = new Map(characters.map((character, number) => [character, number]));
  const tokens = tensor(Int32Array.from(text, (character) => ids.get(character) as number));
  manualSeed(0);
  return { tokens, model: new CharModel(characters.length) };
}
