import { randint, type Tensor, tensor } from "unrolled";

/** There are so many different symbols to remember; two more stand for nothing, and for "now". */
export const SYMBOLS = 8;
const NOTHING = SYMBOLS;
const NOW: number = SYMBOLS + 1;

/** What is read, and what is written: "now" is never written. */
export const [READ, WRITTEN] = [SYMBOLS + 2, SYMBOLS + 1];

/** How long it takes: symbols, then a delay at whose end "now" is said, then as many symbols from memory. */
export interface Sizes {
  readonly symbols: number;
  readonly delay: number;
}

export function steps({ symbols, delay }: Sizes): number {
  return 2 * symbols + delay;
}

/**
 * Mean cross entropy of who remembers nothing, but knows when to write: nothing until "now" costs nothing, and each symbol after it ln 8
 * (Arjovsky, Shah and Bengio 2016).
 */
export function memoryless(sizes: Sizes): number {
  return (sizes.symbols * Math.log(SYMBOLS)) / steps(sizes);
}

/**
 * Makes sequences of the copy memory problem (Hochreiter and Schmidhuber 1997, as in Arjovsky, Shah and Bengio 2016).
 *
 *     reads   3 1 7 · · · · · ! · · ·      writes  · · · · · · · · · 3 1 7
 *
 * @returns what is read and what is to be written, both `[T, N]`
 */
export function copyMemory(sizes: Sizes, batch: number): [input: Tensor, target: Tensor] {
  const { symbols } = sizes;
  const length = steps(sizes);
  const chosen = randint(0, SYMBOLS, [symbols * batch]).data;
  const input = new Int32Array(length * batch).fill(NOTHING);
  const target = new Int32Array(length * batch).fill(NOTHING);
  const recall = (length - symbols) * batch;
  input.set(chosen, 0);
  input.fill(NOW, recall - batch, recall);
  target.set(chosen, recall);
  return [tensor(input, { shape: [length, batch] }), tensor(target, { shape: [length, batch] })];
}
