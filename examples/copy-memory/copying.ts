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

const LONG = { sizes: { symbols: 10, delay: 50 }, hidden: 128, learningRate: 0.004, steps: 6000 } as const;
const SHORT = { sizes: { symbols: 4, delay: 8 }, hidden: 48, learningRate: 0.01, steps: 400 } as const;

export function copying({ short, say }: Settings): Copying {
  const { sizes, ...training } = short ? SHORT : LONG;
  const nothing = { loss: memoryless(sizes), right: 1 / SYMBOLS };
  say(
    `${sizes.symbols} symbols, ${sizes.delay} steps of delay; remembering nothing: loss ${nothing.loss.toFixed(4)}, 1 symbol in ${SYMBOLS} right\n`,
  );
  const runs = (["lstm", "gru", "rnn"] as const).map((cell) => {
    const curve = train({ cell, sizes, ...training });
    const { step, loss, right } = curve.at(-1) as Point;
    say(`${cell.padEnd(4)}  loss ${loss.toFixed(4)}  ${(100 * right).toFixed(1)} % of the symbols right after ${step} steps`);
    return { cell, steps: step, loss, right, curve };
  });
  return { ...sizes, memoryless: nothing, runs };
}
