import { complaint, OptionError, show } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import { checkGenerator, type Generator } from "../random/generator.js";
import { checkSamples, type Samples } from "./dataset.js";
import { permutation } from "./random.js";
import { Subset } from "./subset.js";

export interface RandomSplitOptions {
  /** Where the order comes from. @default the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

const where = "data.randomSplit";

/**
 * Deals the samples of a dataset out at random: the parts PyTorch deals from the same seed.
 *
 * @param lengths how many each part gets, in all as many as there are; or fractions of 1, rounded down, and what is left over one by one
 * to the parts from the first on. Warns of a fraction that gets none.
 * @example
 * const [training, validation] = data.randomSplit(dataset, [0.9, 0.1]);
 */
export function randomSplit<R, const L extends readonly number[] = readonly number[]>(
  dataset: Samples<R>,
  lengths: L,
  options?: RandomSplitOptions,
): { -readonly [K in keyof L]: Subset<R> } {
  const { length } = checkSamples(where, "dataset", dataset);
  const { generator } = checkOptions<{ generator: Generator | undefined }>(where, options, { generator: undefined });
  const sizes = sizesOf(lengths, length);
  const order = permutation(length, checkGenerator(where, generator));
  let end = 0;
  const parts = sizes.map((size) => {
    end += size;
    return new Subset(dataset, order.slice(end - size, end));
  });
  return parts as { -readonly [K in keyof L]: Subset<R> };
}

function sizesOf(lengths: readonly number[], length: number): readonly number[] {
  if (!Array.isArray(lengths)) throw new OptionError(complaint(where, "lengths", "an array of numbers", show(lengths)));
  const sum = lengths.reduce((total, each) => total + each, 0);
  // PyTorch's test of fractions, with the tolerance of Python's math.isclose.
  if (sum <= 1 && 1 - sum <= 1e-9) return fractions(lengths, length);
  for (const [index, each] of lengths.entries()) checkInteger(where, `lengths[${index}]`, each, { min: 0 });
  if (sum === length) return lengths;
  throw new OptionError(complaint(where, "the sum of lengths", `${length}, the number of samples, or 1 for fractions`, String(sum)));
}

function fractions(parts: readonly number[], length: number): number[] {
  const negative = parts.find((part) => part < 0);
  if (negative !== undefined) throw new OptionError(complaint(where, "fractions", "in [0, 1]", String(negative)));
  const sizes = parts.map((part) => Math.floor(length * part));
  const rest = length - sizes.reduce((total, size) => total + size, 0);
  for (let count = 0; count < rest; count++) sizes[count % sizes.length] = (sizes[count % sizes.length] as number) + 1;
  const empty = sizes.indexOf(0);
  if (empty >= 0) console.warn(`unrolled: ${complaint(where, "every part", "of at least one sample", `none in part ${empty}`)}`);
  return sizes;
}
