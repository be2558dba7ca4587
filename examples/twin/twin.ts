/** A character model of unrolled: the twin of twin.py, line by line. */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backend, manualSeed, nn, noGrad, optim, randint, stack, type Tensor, tensor } from "unrolled";
import { saveFile } from "unrolled/node";
import type { Learned, RunRecord } from "./record.js";

const BATCH = 32;
const SPAN = 64;
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

function train(model: CharModel, text: Tensor, steps: number): Learned {
  const [learned, heldOut] = [text.narrow(0, 0, text.numel() - HELD_OUT), text.narrow(0, text.numel() - HELD_OUT - 1, HELD_OUT + 1)];
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: LEARNING_RATE });
  const [losses, bits, seconds]: [number[], { step: number; bits: number }[], number[]] = [[], [], []];
  for (let step = 1; step <= steps; step++) {
    const begin = performance.now();
    const [tokens, targets] = draw(learned);
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(tokens).flatten(0, 1), targets.flatten());
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
    seconds.push((performance.now() - begin) / 1000);
    if (step % EVERY === 0 || step === steps) {
      bits.push({ step, bits: bitsPerCharacter(model, heldOut) });
    }
  }
  return { losses, heldOut: bits, charactersPerSecond: (BATCH * SPAN) / median(seconds) };
}

/** The logits of the text's last characters. */
export function answer(model: CharModel, tokens: Tensor): Tensor {
  return noGrad(() => model.forward(tokens));
}

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

/**
 * Trains, and leaves unrolled.json, unrolled.safetensors and its logits in the folder, which must hold text.txt.
 *
 * @returns the record, and the trained model
 */
export async function twin(folder: string, steps: number): Promise<{ record: RunRecord; model: CharModel }> {
  const data = readFileSync(join(folder, "text.txt"));
  const characters = [...new Set(data.toString())].sort();
  const ids = new Map(characters.map((character, number) => [character, number]));
  const text = tensor(Int32Array.from(data.toString(), (character) => ids.get(character) as number));
  manualSeed(0);
  const model = new CharModel(characters.length);
  const initial = Object.entries(model.stateDict()).map(([name, value]) => [name, sha256(new Uint8Array(value.data.buffer))]);
  const { version, simd } = backend();
  const record = {
    software: `unrolled ${version}, ${simd}, Node ${process.versions.node}`,
    threads: 1,
    text: sha256(data),
    initial: Object.fromEntries(initial),
    ...train(model, text, steps),
  };
  await saveFile(model.stateDict(), join(folder, "unrolled.safetensors"));
  writeFileSync(join(folder, "unrolled.json"), `${JSON.stringify(record, undefined, 1)}\n`);
  return { record, model };
}
