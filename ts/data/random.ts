import { fillIntegers, permute } from "../random/distributions.js";
import { Generator } from "../random/generator.js";
import { newIntegers } from "../tensor/dtype.js";

/** 0 … n − 1 in the random order of `randperm`. */
export function permutation(n: number, generator: Generator): number[] {
  return [...permute(newIntegers(n), generator)];
}

/** `count` integers in [0, n), as `randint` draws them. */
export function integers(count: number, n: number, generator: Generator): number[] {
  const out = newIntegers(count);
  fillIntegers(out, generator, 0, n);
  return [...out];
}

/** A generator seeded as PyTorch seeds its samplers: with 64 bits, of which a generator counts the low half. */
export function fork(generator: Generator): Generator {
  generator.draw();
  return new Generator().manualSeed(generator.draw());
}

/** Draws what PyTorch draws at the start of each iteration to seed worker processes, so that later draws are in step. */
export function drawBaseSeed(generator: Generator): void {
  generator.draw();
  generator.draw();
}
