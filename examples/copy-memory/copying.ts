import { manualSeed } from "unrolled";
import type { Cell } from "../cells.js";
import type { Settings } from "../example.js";
import { memoryless, SYMBOLS } from "./task.js";
import { type Point, train } from "./train.js";

/** What one kind of network did. */
export interface Run {
  readonly cell: Cell;
  readonly steps: number;
  /** Mean cross entropy of the last test, in nats. */
  readonly loss: number;
  /** Share of the symbols that were written right in the last test. */
  readonly right: number;
  readonly curve: readonly Point[];
}

export interface Copying {
  readonly symbols: number;
  readonly delay: number;
  /** Mean cross entropy and share of who remembers nothing. */
  readonly memoryless: { readonly loss: number; readonly right: number };
  readonly runs: readonly Run[];
}

const LONG = { sizes: { symbols: 10, delay: 50 }, hidden: 128, learningRate: 0.004, steps: 3000 } as const;
const SHORT = { sizes: { symbols: 4, delay: 8 }, hidden: 48, learningRate: 0.01, steps: 400 } as const;

export function copying({ short, seed, say }: Settings): Copying {
  const { sizes } = short ? SHORT : LONG;
  const nothing = { loss: memoryless(sizes), right: 1 / SYMBOLS };
  say(
    `${sizes.symbols} symbols, ${sizes.delay} steps of delay; remembering nothing: loss ${nothing.loss.toFixed(4)}, 1 symbol in ${SYMBOLS} right\n`,
  );
  const runs = (["lstm", "gru", "rnn"] as const).map((cell) => {
    const run = runOne(cell, short, seed);
    say(`${cell.padEnd(4)}  loss ${run.loss.toFixed(4)}  ${(100 * run.right).toFixed(1)} % of the symbols right after ${run.steps} steps`);
    return run;
  });
  return { ...sizes, memoryless: nothing, runs };
}

/** Each training begins from the seed, so that it is the same whatever was run before. */
export function runOne(cell: Cell, short: boolean, seed: number): Run {
  manualSeed(seed);
  const curve = train({ cell, ...(short ? SHORT : LONG) });
  const { step, loss, right } = curve.at(-1) as Point;
  return { cell, steps: step, loss, right, curve };
}
