import { core } from "../wasm/core.js";
import type { Generator } from "./generator.js";

// PyTorch's algorithms on the CPU (aten/src/ATen/native/cpu/DistributionTemplates.h), number by number.

const TWO_PI = 2 * Math.PI;
const { fround, sqrt } = Math;

/** Uniform floats in [low, high): 24 bits each, scaled and shifted as one fused operation. */
export function fillUniform(out: Float32Array, generator: Generator, low = 0, high = 1): void {
  const from = fround(low);
  const range = fround(fround(high) - from);
  for (let k = 0; k < out.length; k++) out[k] = (generator.draw() & 0xff_ffff) * 2 ** -24 * range + from;
}

/** Normal floats. Below 16 they are drawn one by one, else all at once. */
export function fillNormal(out: Float32Array, generator: Generator, mean = 0, std = 1): void {
  if (out.length < 16) {
    for (let k = 0; k < out.length; k++) out[k] = normal64(generator) * std + mean;
    return;
  }
  fillUniform(out, generator);
  for (let start = 0; start + 16 <= out.length; start += 16) transform16(out.subarray(start, start + 16), fround(mean), fround(std));
  if (out.length % 16 === 0) return;
  const last = out.subarray(out.length - 16);
  fillUniform(last, generator);
  transform16(last, fround(mean), fround(std));
}

/** Box and Muller in doubles: two numbers from two uniform ones, the second kept for the next call. */
function normal64(generator: Generator): number {
  const kept = generator.takeNormal();
  if (kept !== null) return kept;
  const { cos64, log1p64, sin64 } = core();
  const angle = TWO_PI * generator.uniform64();
  const radius = sqrt(-2 * log1p64(-generator.uniform64()));
  generator.keepNormal(radius * sin64(angle));
  return radius * cos64(angle);
}

/** Box and Muller on eight pairs of uniform floats, each step rounded to float. */
function transform16(values: Float32Array, mean: number, std: number): void {
  const { cos64, log64, sin64 } = core();
  for (let k = 0; k < 8; k++) {
    const radius = fround(sqrt(fround(-2 * fround(log64(fround(1 - values[k]!))))));
    const angle = fround(fround(TWO_PI) * values[k + 8]!);
    values[k] = fround(radius * fround(cos64(angle))) * std + mean;
    values[k + 8] = fround(radius * fround(sin64(angle))) * std + mean;
  }
}

/** Integers in [low, high). */
export function fillIntegers(out: Int32Array, generator: Generator, low: number, high: number): void {
  const range = high - low;
  for (let k = 0; k < out.length; k++) out[k] = low + (generator.draw() % range);
}

/** Fills with a random order of 0 … n − 1, and returns it: Fisher and Yates, forwards. */
export function permute(order: Int32Array, generator: Generator): Int32Array {
  const count = order.length;
  for (let k = 0; k < count; k++) order[k] = k;
  for (let k = 0; k < count - 1; k++) {
    const other = k + (generator.draw() % (count - k));
    const value = order[k]!;
    order[k] = order[other]!;
    order[other] = value;
  }
  return order;
}

/** A number of the exponential distribution of rate 1. */
export function exponential(generator: Generator): number {
  return -core().log1p64(-generator.uniform64());
}
