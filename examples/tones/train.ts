import { data, nn, noGrad, optim, type Tensor, tensor } from "unrolled";
import { Best } from "../best.js";
import { spectrogram } from "./features.js";
import { decode, Recognizer } from "./model.js";
import { speak, type Talk } from "./speech.js";

/** What a recording looks like, and what was said. */
export interface Sample {
  readonly features: Tensor;
  readonly vowels: readonly number[];
}

export interface Plan {
  readonly hidden: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
}

export interface Score {
  readonly loss: number;
  /** The share of utterances that are not right from the first vowel to the last. */
  readonly sequenceErrors: number;
  /** Vowels to change, add or take away, for each that was said. */
  readonly vowelErrors: number;
}

/** What is known after an epoch. */
export interface Epoch {
  readonly epoch: number;
  readonly training: number;
  readonly validation: Score;
}

/** Synthesizes utterances. */
export function record(count: number, talk: Talk): Sample[] {
  return Array.from({ length: count }, () => {
    const { sound, vowels } = speak(talk);
    return { features: spectrogram(sound), vowels };
  });
}

const criterion = new nn.CTCLoss();

function pass(model: Recognizer, samples: readonly Sample[]): { loss: Tensor; logProbs: Tensor; lengths: number[] } {
  const [logProbs, lengths] = model.forward(samples.map(({ features }) => features));
  // One after the other: nothing says where in the sound they are. 0 is the blank.
  const targets = tensor(
    Int32Array.from(
      samples.flatMap(({ vowels }) => vowels),
      (vowel) => vowel + 1,
    ),
  );
  const counts = samples.map(({ vowels }) => vowels.length);
  return { loss: criterion.forward(logProbs, targets, lengths, counts), logProbs, lengths };
}

/** How many elements must be changed, added or taken away (Levenshtein 1966). */
export function distance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, element] of a.entries()) {
    const next = [index + 1];
    for (const [column, other] of b.entries()) {
      next.push(Math.min(row[column]! + Number(element !== other), row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}

/** Listens, and compares. */
export function evaluate(model: Recognizer, samples: readonly Sample[]): Score {
  model.eval();
  let [loss, wrong, errors, vowels] = [0, 0, 0, 0];
  noGrad(() => {
    for (const batch of new data.DataLoader(samples, { batchSize: 50, collate: (batch: Sample[]) => batch })) {
      const { loss: mean, logProbs, lengths } = pass(model, batch);
      loss += mean.item() * batch.length;
      for (const [index, heard] of decode(logProbs, lengths).entries()) {
        const edits = distance(heard, batch[index]!.vowels);
        errors += edits;
        wrong += Number(edits > 0);
        vowels += batch[index]!.vowels.length;
      }
    }
  });
  return { loss: loss / samples.length, sequenceErrors: wrong / samples.length, vowelErrors: errors / vowels };
}

/** Trains; the model has the weights of the epoch with the lowest validation loss. */
export function train(training: readonly Sample[], validation: readonly Sample[], plan: Plan, show: (epoch: Epoch) => void): Recognizer {
  const model = new Recognizer(plan.hidden);
  const loader = new data.DataLoader(training, { batchSize: plan.batch, shuffle: true, collate: (samples: Sample[]) => samples });
  const optimizer = new optim.AdamW(model.parameters());
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, plan.learningRate, { totalSteps: plan.epochs * loader.length });
  const best = new Best(model);
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    model.train();
    let total = 0;
    for (const samples of loader) {
      optimizer.zeroGrad();
      const { loss } = pass(model, samples);
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
      total += loss.item() * samples.length;
    }
    const score = evaluate(model, validation);
    show({ epoch, training: total / training.length, validation: score });
    best.update(epoch, score.loss);
  }
  best.restore();
  return model;
}
