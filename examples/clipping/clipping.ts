import type { Settings } from "../example.js";
import { KNOWING_NOTHING } from "./task.js";
import { type Point, train } from "./train.js";

export interface Run {
  readonly learningRate: number;
  readonly clipped: boolean;
  readonly seed: number;
  /** How it ended: no number, no better than saying 0, or a smaller error than that. */
  readonly end: "diverged" | "learned nothing" | "learned";
  /** Mean of the last 50 steps. */
  readonly loss: number | null;
  /** After so many steps the loss was no number any more. */
  readonly divergedAt: number | null;
  /** The largest norm of the gradients, before clipping. */
  readonly largestNorm: number;
  readonly points: readonly Point[];
}

const MAX_NORM = 1;

/** Trains with and without clipping, from the same weights on the same sequences. */
export function clipping({ short, seed, say }: Settings): Run[] {
  const steps = short ? 200 : 1000;
  const seeds = Array.from({ length: short ? 2 : 5 }, (_, index) => seed + index);
  say(`mean squared error of knowing nothing: ${KNOWING_NOTHING.toFixed(3)}\n`);
  const runs: Run[] = [];
  for (const learningRate of [0.01, 0.001, 0.0001]) {
    for (const maxNorm of [Number.POSITIVE_INFINITY, MAX_NORM]) {
      for (const each of seeds) {
        const run = summary(
          { learningRate, clipped: maxNorm === MAX_NORM, seed: each },
          train({ seed: each, steps, learningRate, maxNorm }),
        );
        say(describe(run));
        runs.push(run);
      }
    }
  }
  return runs;
}

function summary(run: Pick<Run, "learningRate" | "clipped" | "seed">, points: readonly Point[]): Run {
  const last = points.slice(-50).map(({ loss }) => loss);
  const loss = last.reduce((sum, value) => sum + value, 0) / last.length;
  const diverged = !Number.isFinite(loss);
  const end = diverged ? "diverged" : loss > 0.8 * KNOWING_NOTHING ? "learned nothing" : "learned";
  const largestNorm = points.reduce((most, { norm }) => (Number.isFinite(norm) ? Math.max(most, norm) : most), 0);
  return { ...run, end, loss: diverged ? null : loss, divergedAt: diverged ? points.length : null, largestNorm, points };
}

function describe({ learningRate, clipped, seed, end, loss, divergedAt, largestNorm }: Run): string {
  const how = `learning rate ${String(learningRate).padEnd(6)}  ${clipped ? "clipped  " : "unclipped"}  seed ${seed}`;
  const result = loss === null ? `diverged at step ${divergedAt}` : `${end}: loss ${loss.toFixed(4)}`;
  return `${how}  ${result.padEnd(30)}  largest norm ${largestNorm.toExponential(1)}`;
}
