import type { Cell } from "../cells.js";
import type { Settings } from "../example.js";
import { KNOWING_NOTHING } from "./task.js";
import { type Point, train } from "./train.js";

/** What one network did at one length. */
export interface Run {
  readonly length: number;
  readonly cell: Cell;
  readonly learningRate: number;
  readonly steps: number;
  /** Of the last test; of a plain RNN the least of all tests, so that nobody can say that it was stopped too late. */
  readonly mse: number;
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

export function adding({ short, say }: Settings): Run[] {
  const { lengths, hidden, steps, learningRates } = short ? SHORT : LONG;
  const runs: Run[] = [];
  say(`mean squared error of knowing nothing: ${KNOWING_NOTHING.toFixed(4)}\n`);
  for (const length of lengths) {
    for (const cell of ["lstm", "gru", "rnn"] as const) {
      for (const learningRate of learningRates[cell]) {
        const curve = train({ cell, length, hidden, learningRate, steps: steps[cell] });
        const run = summary({ length, cell, learningRate }, curve);
        say(describe(run));
        runs.push(run);
      }
    }
  }
  return runs;
}

function summary(run: Pick<Run, "length" | "cell" | "learningRate">, curve: readonly Point[]): Run {
  const last = curve.at(-1) as Point;
  const mse = run.cell === "rnn" ? Math.min(...curve.map((point) => point.mse)) : last.mse;
  return { ...run, steps: last.step, mse, solvedAt: curve.find((point) => point.mse < 0.01)?.step ?? null, curve };
}

function describe({ length, cell, learningRate, steps, mse, solvedAt }: Run): string {
  const solved = solvedAt === null ? "never below 0.01" : `below 0.01 after ${solvedAt} steps`;
  return `T = ${length}  ${cell.padEnd(4)}  learning rate ${String(learningRate).padEnd(6)}  ${mse.toFixed(5)} after ${steps} steps, ${solved}`;
}
