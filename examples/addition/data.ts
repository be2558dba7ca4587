import { randint, randperm, type Tensor, tensor } from "unrolled";

/** Two numbers that are to be added. */
export type Pair = readonly [a: number, b: number];

/** What the sums are written with. The last three are "+", the end of an answer, and what an answer begins with. */
export const [PLUS, END, START, SYMBOLS] = [10, 11, 12, 13] as const;

export interface Sums {
  readonly training: readonly Pair[];
  /** Neither `a + b` nor `b + a` of these is in the training part. */
  readonly validation: readonly Pair[];
  readonly test: readonly Pair[];
}

export interface Counts {
  /** Numbers are 0 to `below` − 1. */
  readonly below: number;
  readonly training: number;
  readonly heldOut: number;
}

/** Draws pairs of which no two have the same numbers, in whatever order, and deals them out. */
export function drawSums({ below, training, heldOut }: Counts): Sums {
  const count = training + 2 * heldOut;
  // Pairs with a ≤ b, by number: (0, 0), (0, 1), (1, 1), (0, 2), …
  const numbers = randperm((below * (below + 1)) / 2).data.subarray(0, count);
  const swapped = randint(0, 2, [count]).data;
  const pairs = Array.from(numbers, (number, index): Pair => {
    const [a, b] = pair(number);
    return swapped[index] === 1 ? [b, a] : [a, b];
  });
  return {
    training: pairs.slice(0, training),
    validation: pairs.slice(training, training + heldOut),
    test: pairs.slice(training + heldOut, count),
  };
}

/** The pair of that number. */
function pair(number: number): Pair {
  let b = Math.floor((Math.sqrt(8 * number + 1) - 1) / 2);
  // The square root may be rounded to the other side of a whole number.
  while ((b * (b + 1)) / 2 > number) b--;
  while (((b + 1) * (b + 2)) / 2 <= number) b++;
  return [number - (b * (b + 1)) / 2, b];
}

/** The digits of a number, units first: as one adds on paper. */
function digits(value: number): number[] {
  return Array.from(String(value), Number).reverse();
}

/** What is read, `[T]`: 27 + 350 is `0 5 3 + 7 2`. */
export function question([a, b]: Pair): Tensor {
  return tensor(Int32Array.from([...digits(b), PLUS, ...digits(a)]));
}

/** What is to be written, `[T]`: 377 is `7 7 3 END`. */
export function answer([a, b]: Pair): Tensor {
  return tensor(Int32Array.from([...digits(a + b), END]));
}

/** How often a one is carried. */
export function carries([a, b]: Pair): number {
  let count = 0;
  for (let power = 10; power <= 10 * Math.max(a, b); power *= 10) if ((a % power) + (b % power) >= power) count++;
  return count;
}

/** The number that was written; NaN if there is none before the end, or no end. */
export function read(symbols: ArrayLike<number>): number {
  const all = Array.from(symbols);
  const end = all.indexOf(END);
  if (end < 1 || all.slice(0, end).some((symbol) => symbol > 9)) return Number.NaN;
  return Number(all.slice(0, end).reverse().join(""));
}
