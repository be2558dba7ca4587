import { manualSeed } from "unrolled";
import type { Cell } from "../cells.js";
import type { Settings } from "../example.js";
import { KNOWING_NOTHING } from "./task.js";
import { type Point, type Training, train } from "./train.js";

/** What one network did at one length. */
export interface Run {
  readonly length: number;
  readonly cell: Cell;
  readonly learningRate: number;
  readonly steps: number;
  /** Of the last test; of a plain RNN the least of all tests, so that nobody can say that it was stopped too late. */
  readonly mse: number;
  /** Of who always says 1, on the same sequences. */
  readonly knowingNothing: number;
  /** Steps after which the error was below 0.01 for the first time; null if it never was. */
  readonly solvedAt: number | null;
  readonly curve: readonly Point[];
}

/** Of a plain RNN several learning rates are tried, for none of them helps. */
const LONG = {
  lengths: [100, 400],
  hidden: 64,
  steps: { lstm: 8000, gru: 8000, rnn: 2500 },
  learningRates: { lstm: [0.003], gru: [0.005], rnn: [0.01, 0.001, 0.0001] },
} as const;

const SHORT = {
  lengths: [60],
  hidden: 24,
  steps: { lstm: 1500, gru: 1500, rnn: 700 },
  learningRates: { lstm: [0.01], gru: [0.01], rnn: [0.001] },
} as const;

/** All trainings, one after the other. */
export function plan(short: boolean): Training[] {
  const { lengths, hidden, steps, learningRates } = short ? SHORT : LONG;
  return lengths.flatMap((length) =>
    (["lstm", "gru", "rnn"] as const).flatMap((cell) =>
      learningRates[cell].map((learningRate) => ({ cell, length, hidden, learningRate, steps: steps[cell] })),
    ),
  );
}

export function adding({ short, seed, say }: Settings): Run[] {
  say(`mean squared error of knowing nothing: ${KNOWING_NOTHING.toFixed(4)}\n`);
  return plan(short).map((training) => {
    const run = runOne(training, seed);
    say(describe(run));
    return run;
  });
}

/** Each training begins from the seed, so that it is the same whatever was run before. */
export function runOne(training: Training, seed: number): Run {
  manualSeed(seed);
  const { length, cell, learningRate } = training;
  const { curve, knowingNothing } = train(training);
  const last = curve.at(-1) as Point;
  const mse = cell === "rnn" ? curve.reduce((least, point) => Math.min(least, point.mse), Number.POSITIVE_INFINITY) : last.mse;
  const solvedAt = curve.find((point) => point.mse < 0.01)?.step ?? null;
  return { length, cell, learningRate, steps: last.step, mse, knowingNothing, solvedAt, curve };
}

function describe({ length, cell, learningRate, steps, mse, knowingNothing, solvedAt }: Run): string {
  const solved = solvedAt === null ? "never below 0.01" : `below 0.01 after ${solvedAt} steps`;
  return `T = ${length}  ${cell.padEnd(4)}  learning rate ${String(learningRate).padEnd(6)}  ${mse.toFixed(5)} (knowing nothing: ${knowingNothing.toFixed(3)}) after ${steps} steps, ${solved}`;
}
