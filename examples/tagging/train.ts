import { data, nn, noGrad, optim } from "unrolled";
import type { Piece } from "./data.js";
import type { Tagger } from "./model.js";

export interface Plan {
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
}

/** Word ends that were found, and words of which both ends were, with nothing in between. */
export interface Score {
  /** The share of what was said to be an end that is one. */
  readonly precision: number;
  /** The share of ends that were found. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
  /** The share of whole words that are right. */
  readonly words: number;
}

/** The loss so far: a mean over the steps before. */
export interface Point {
  readonly letters: number;
  readonly loss: number;
}

const criterion = new nn.BCEWithLogitsLoss();

/** Points of a curve that a training is drawn with. */
const POINTS = 120;

/** Trains from one cycle of the learning rate; returns the curve of the loss. */
export function train(model: Tagger, text: readonly Piece[], plan: Plan): Point[] {
  const loader = new data.DataLoader(text, { batchSize: plan.batch, shuffle: true, dropLast: true });
  const optimizer = new optim.AdamW(model.parameters());
  const totalSteps = plan.epochs * loader.length;
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, plan.learningRate, { totalSteps, pctStart: 0.1 });
  const every = Math.max(1, Math.floor(totalSteps / POINTS));
  const points: Point[] = [];
  let [step, sum] = [0, 0];
  model.train();
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    for (const [letters, ends] of loader) {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(letters), ends);
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
      sum += loss.item();
      step++;
      if (step % every !== 0) continue;
      points.push({ letters: step * letters.numel(), loss: sum / every });
      sum = 0;
    }
  }
  return points;
}

/** What the model says, 0 or 1 for each letter, piece by piece. */
export function tag(model: Tagger, text: readonly Piece[]): Int32Array[] {
  model.eval();
  return noGrad(() => {
    const loader = new data.DataLoader(text, { batchSize: 64 });
    return Array.from(loader, ([letters]) => model.forward(letters).gt(0).unbind())
      .flat()
      .map((row) => row.data as Int32Array);
  });
}

/** Compares what was said with what is. */
export function score(said: readonly ArrayLike<number>[], text: readonly Piece[]): Score {
  let [right, claimed, ends, words, whole] = [0, 0, 0, 0, 0];
  for (const [index, [, truth]] of text.entries()) {
    // The first word of a piece may have begun before it: only ends that follow an end make a word.
    let [begun, intact] = [false, false];
    for (const [t, end] of truth.data.entries()) {
      const claim = said[index]![t]!;
      claimed += claim;
      ends += end;
      right += claim * end;
      if (end === 1) {
        words += Number(begun);
        whole += Number(begun && intact && claim === 1);
        [begun, intact] = [true, claim === 1];
      } else if (claim === 1) intact = false;
    }
  }
  const [precision, recall] = [claimed === 0 ? 0 : right / claimed, right / ends];
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall), words: whole / words };
}
