import { checkNumber } from "../../options.js";
import { fillNormal, fillUniform } from "../../random/distributions.js";
import type { Generator } from "../../random/generator.js";
import { newFloats } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { core } from "../../wasm/core.js";
import { checkNumbers, fill, type RandomSource } from "./fill.js";
import { normalCdf } from "./normal.js";

const { fround } = Math;

/** Up to this probability that a normal number is within the bounds PyTorch draws uniform ones instead. */
const RARE = 0.3;

/** The normal distribution, and the bounds of what is kept of it. */
interface Truncated {
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Normal numbers, none of them outside of [a, b].
 *
 * @param options.mean @default 0
 * @param options.std @default 1
 * @param options.a @default -2
 * @param options.b @default 2
 */
export function truncNormal_(
  tensor: Tensor,
  options?: { readonly mean?: number; readonly std?: number; readonly a?: number; readonly b?: number } & RandomSource,
): Tensor {
  const where = "nn.init.truncNormal_";
  const { generator, ...truncated } = checkNumbers(where, options, { mean: 0, std: 1, a: -2, b: 2 });
  const { mean, std, a, b } = truncated;
  checkNumber(where, "std", std, { above: 0 });
  checkNumber(where, "b", b, { above: a });
  const likely = normalCdf((b - mean) / std) - normalCdf((a - mean) / std) > RARE;
  return fill(where, tensor, (values) =>
    likely ? rejectNormal(values, truncated, generator) : rejectUniform(values, truncated, generator),
  );
}

/** Normal numbers; those that are outside are drawn again. Every round draws as many as there are, as PyTorch does. */
function rejectNormal(values: Float32Array, { mean, std, a, b }: Truncated, generator: Generator): void {
  const [low, high] = [fround(a), fround(b)];
  const isOutside = (value: number) => value < low || value > high;
  fillNormal(values, generator, mean, std);
  while (values.some(isOutside)) {
    const others = newFloats(values.length);
    fillNormal(others, generator, mean, std);
    for (let k = 0; k < values.length; k++) if (isOutside(values[k]!)) values[k] = others[k]!;
  }
}

/** Uniform numbers, each kept with a probability in proportion to the density, for bounds that normal numbers seldom fall between. */
function rejectUniform(values: Float32Array, truncated: Truncated, generator: Generator): void {
  const { mean, std, a, b } = truncated;
  const peak = -0.5 * ((Math.max(a, Math.min(mean, b)) - mean) / std) ** 2;
  const pending = new Uint8Array(values.length).fill(1);
  const candidates = newFloats(values.length);
  const chances = newFloats(values.length);
  while (pending.includes(1)) {
    fillUniform(candidates, generator, a, b);
    fillUniform(chances, generator);
    for (let k = 0; k < values.length; k++) {
      if (pending[k] === 0) continue;
      values[k] = candidates[k]!;
      if (!(fround(core().log64(chances[k]!)) > logDensity(candidates[k]!, truncated, peak))) pending[k] = 0;
    }
  }
}

/** The logarithm of the density over its greatest value within the bounds, each step rounded as PyTorch rounds it. */
function logDensity(value: number, { mean, std }: Truncated, peak: number): number {
  const distance = fround(fround(value - fround(mean)) / fround(std));
  return fround(fround(fround(distance * distance) * -0.5) - fround(peak));
}
