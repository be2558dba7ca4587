import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { exponential } from "../random/distributions.js";
import { checkGenerator, type Generator } from "../random/generator.js";
import { requireFloat32 } from "./convert.js";
import { newFloats, newIntegers } from "./dtype.js";
import { makeTensor, type Tensor } from "./tensor.js";

export interface MultinomialOptions {
  /** Whether an index may be drawn several times. @default false */
  readonly replacement?: boolean;
  /** @default the generator that `manualSeed` seeds */
  readonly generator?: Generator | undefined;
}

/**
 * Draws indices with probabilities proportional to the weights in each row.
 *
 * DIFFERS: with replacement the draws are PyTorch's; without, or for one sample, PyTorch draws from a library of its processor's maker.
 */
export function multinomial(where: string, x: Tensor, samples: number, options: MultinomialOptions | undefined): Tensor {
  const defaults: { replacement: boolean; generator: Generator | undefined } = { replacement: false, generator: undefined };
  const { replacement, generator: given } = checkOptions(where, options, defaults);
  checkBoolean(where, "replacement", replacement);
  const generator = checkGenerator(where, given);
  const weights = requireFloat32(where, "the tensor", x);
  const rank = x.shape.length;
  const columns = x.shape.at(-1) ?? 0;
  if ((rank !== 1 && rank !== 2) || columns === 0) {
    throw new ShapeError(complaint(where, "the tensor", "[categories] or [N, categories]", showShape(x.shape)));
  }
  checkInteger(where, "numSamples", samples, replacement ? { min: 1 } : { min: 1, max: columns });
  const rows = weights.length / columns;
  for (let row = 0; row < rows; row++) checkWeights(where, weights.subarray(row * columns, (row + 1) * columns));
  const out = newIntegers(rows * samples, where);
  const draw = replacement && samples > 1 ? drawAgain : drawOnce;
  // A copy: the draws call the core, and a view of its memory may not be kept over that.
  const own = newFloats(weights);
  for (let row = 0; row < rows; row++) {
    draw(own.subarray(row * columns, (row + 1) * columns), generator, out.subarray(row * samples, (row + 1) * samples));
  }
  return makeTensor(out, rank === 1 ? [samples] : [rows, samples]);
}

function checkWeights(where: string, weights: Float32Array): void {
  let sum = 0;
  for (const weight of weights) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new OptionError(complaint(where, "every weight", "finite and >= 0", show(weight)));
    }
    sum += weight;
  }
  if (sum === 0) throw new OptionError(complaint(where, "the weights of a row", "above 0 in sum", "0"));
}

/** The indices of the largest weight/q, q of the exponential distribution: draws without replacement. */
function drawOnce(weights: Float32Array, generator: Generator, out: Int32Array): void {
  const keys = Float64Array.from(weights, (weight) => weight / exponential(generator));
  if (out.length === 1) {
    let best = 0;
    for (let index = 1; index < keys.length; index++) if (keys[index]! > keys[best]!) best = index;
    out[0] = best;
    return;
  }
  const order = [...keys.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b);
  out.set(order.slice(0, out.length));
}

/** Looks a uniform number up among the partial sums, which are kept in floats as PyTorch does. */
function drawAgain(weights: Float32Array, generator: Generator, out: Int32Array): void {
  const sums = newFloats(weights.length);
  let sum = 0;
  for (let index = 0; index < sums.length; index++) {
    sum = Math.fround(sum + weights[index]!);
    sums[index] = sum;
  }
  for (let index = 0; index < sums.length; index++) sums[index] = sums[index]! / sum;
  sums[sums.length - 1] = 1;
  for (let sample = 0; sample < out.length; sample++) {
    const wanted = generator.uniform64();
    let low = 0;
    let high = sums.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    out[sample] = low;
  }
}
