import { complaint, OptionError, ShapeError, show } from "../../../errors.js";

/** Throws unless there is an integer of at least 0 for each sequence. */
export function checkLengths(where: string, lengths: readonly number[], batch: number): void {
  if (!Array.isArray(lengths)) throw new OptionError(complaint(where, "lengths", "an array of numbers", show(lengths)));
  if (lengths.length !== batch) {
    throw new ShapeError(complaint(where, "lengths", `one for each of the ${batch} sequences`, `${lengths.length} of them`));
  }
  for (const [index, length] of lengths.entries()) {
    if (Number.isInteger(length) && length >= 0) continue;
    throw new ShapeError(complaint(where, `lengths[${index}]`, "an integer >= 0", show(length)));
  }
}

/** The order from the longest to the shortest, equal ones as they stand; null if that is how they stand. */
export function sortedOrder(lengths: readonly number[]): number[] | null {
  const order = lengths.map((_, index) => index).sort((a, b) => (lengths[b] as number) - (lengths[a] as number) || a - b);
  return order.every((value, index) => value === index) ? null : order;
}

/** The greatest length. Not by Math.max(...lengths), which takes no more arguments than fit on the stack. */
export function longest(lengths: readonly number[]): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0);
}

/** How many sequences have each step. */
export function batchSizesOf(lengths: readonly number[]): number[] {
  const steps = longest(lengths);
  const sizes = new Array<number>(steps).fill(0);
  for (const length of lengths) for (let t = 0; t < length; t++) sizes[t] = (sizes[t] as number) + 1;
  return sizes;
}

/** How many steps each of `batch` sequences has, in the order of packing. */
export function lengthsOf(batchSizes: readonly number[], batch: number): number[] {
  const lengths = new Array<number>(batch).fill(0);
  for (const size of batchSizes) for (let n = 0; n < size; n++) lengths[n] = (lengths[n] as number) + 1;
  return lengths;
}

/**
 * The same in the caller's order.
 *
 * @param unsortedIndices for each of the caller's sequences its place in packing; null if that is the caller's order
 */
export function lengthsInOrder(batchSizes: readonly number[], batch: number, unsortedIndices: readonly number[] | null): number[] {
  const lengths = lengthsOf(batchSizes, batch);
  return unsortedIndices === null ? lengths : unsortedIndices.map((place) => lengths[place] as number);
}
