/** The masks of dropout, made again from the generator's draws: SplitMix64 of the seed and the place of the value among the packed rows. */

import { Generator } from "../../../ts/random/generator.js";
import type { Config } from "./config.js";
import type { Masks } from "./reference.js";

const GAMMA = 0x9e3779b97f4a7c15n;

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
function mix(state: bigint): bigint {
  const once = wrap((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
  const twice = wrap((once ^ (once >> 27n)) * 0x94d049bb133111ebn);
  return twice ^ (twice >> 31n);
}

/** `0` or `1 / (1 − p)` for the first `count` values. */
function factors(seed: number, p: number, count: number): Float64Array {
  const start = mix(wrap((BigInt(seed) + 1n) * GAMMA));
  const threshold = BigInt(Math.floor(Math.fround(p) * 2 ** 32));
  return Float64Array.from({ length: count }, (_, index) => {
    const bits = mix(wrap(start + BigInt(index + 1) * GAMMA)) >> 32n;
    return bits < threshold ? 0 : 1 / (1 - p);
  });
}

/** The masks of a forward pass in training right after `manualSeed(seed)`: first each layer but the last draws one, then each layer and direction. */
export function masks({ options, sizes, batch, steps, lengths }: Config, seed: number): Masks {
  const { numLayers, bidirectional, dropout, recurrentDropout = 0, projSize = 0 } = options;
  const [size, directions] = [projSize || sizes[1], bidirectional ? 2 : 1];
  const width = size * directions;
  const all = lengths ?? new Array<number>(Math.max(batch, 1)).fill(steps);
  // Where a sequence comes among the others: the longest first, equal ones as they stand.
  const rank = all.map((length, n) => all.filter((other, m) => other > length || (other === length && m < n)).length);
  const first = Array.from({ length: steps }, (_, t) => all.reduce((sum, length) => sum + Math.min(length, t), 0));
  const rows = all.reduce((sum, length) => sum + length, 0);
  const generator = new Generator().manualSeed(seed);
  const draw = (p: number, masksOf: number, count: number) =>
    Array.from({ length: p === 0 ? 0 : masksOf }, () => factors(generator.draw(), p, count));
  const layers = draw(dropout, numLayers - 1, rows * width);
  const runs = draw(recurrentDropout, numLayers * directions, all.length * size);
  return {
    between: (layer, t, n, column) => layers[layer]?.[(first[t]! + rank[n]!) * width + column] ?? 1,
    recurrent: (run, n, unit) => runs[run]?.[rank[n]! * size + unit] ?? 1,
  };
}
