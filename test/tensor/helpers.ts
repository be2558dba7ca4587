import { Generator, randn, type Tensor, tensor } from "unrolled";
import { expect } from "vitest";

/** Random values from a seed, so that every run sees the same: normal, or in [low, high] where a function needs that. */
export function sample(shape: number[], seed: number, range?: [low: number, high: number]): Tensor {
  const generator = new Generator().manualSeed(seed);
  if (range === undefined) return randn(shape, { generator });
  const [low, high] = range;
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => low + ((high - low) * generator.draw()) / 2 ** 32);
  return tensor(values, { shape });
}

/** Every value is within `absolute + relative · |expected|`. */
export function expectClose(actual: Tensor | ArrayLike<number>, expected: ArrayLike<number>, absolute = 2e-6, relative = 4e-7): void {
  const values = "data" in actual ? actual.data : actual;
  expect(values.length, "length").toBe(expected.length);
  for (let k = 0; k < expected.length; k++) {
    const [a, b] = [values[k]!, expected[k]!];
    const fits = Object.is(a, b) || Math.abs(a - b) <= absolute + relative * Math.abs(b);
    if (!fits) expect.fail(`element ${k}: expected ${b}, got ${a}`);
  }
}

/** Σ out · weights over all outputs, in doubles. */
function weighted(outputs: readonly Tensor[], weights: readonly Float32Array[]): number {
  let sum = 0;
  for (const [index, output] of outputs.entries()) {
    for (const [k, value] of output.data.entries()) sum += value * weights[index]![k]!;
  }
  return sum;
}

/**
 * Compares what backward gives for every input with central differences of Σ outputs · random weights.
 *
 * The step is large because values are floats: differences of values near 1 carry an error of 1e-7 / step.
 */
export function checkGradients(compute: (...inputs: Tensor[]) => Tensor | Tensor[], inputs: readonly Tensor[], step = 1e-2): void {
  const run = (xs: readonly Tensor[]): Tensor[] => [compute(...xs)].flat();
  const leaves = inputs.map((input) => input.clone().requiresGrad_());
  const outputs = run(leaves);
  const weights = outputs.map((output, index) => sample([...output.shape], 900 + index).data as Float32Array);
  for (const [index, output] of outputs.entries()) {
    const upstream = tensor(weights[index]!, { shape: output.shape });
    output.backward(upstream, { retainGraph: index < outputs.length - 1 });
  }
  for (const [index, leaf] of leaves.entries()) {
    const expected = leaf.data.map((_, place) => {
      const moved = (by: number) => {
        const values = inputs[index]!.data;
        values[place] = values[place]! + by;
        return weighted(
          run(inputs.map((input, k) => (k === index ? tensor(values as Float32Array, { shape: input.shape }) : input))),
          weights,
        );
      };
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const actual = leaf.grad;
    expect(actual, `gradient of input ${index}`).not.toBeNull();
    expectClose(actual!, expected, 2e-3, 2e-3);
  }
}

/** The value at an index of each dimension. */
export function at(x: Tensor, ...index: number[]): number {
  const place = index.reduce((sum, k, axis) => sum * x.shape[axis]! + k, 0);
  return x.data[place]!;
}

/** Every index of a shape, in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, size) => all.flatMap((index) => [...Array(size).keys()].map((k) => [...index, k])), [[]]);
}

/** An int32 tensor. */
export function ints(values: number[], shape: number[] = [values.length]): Tensor {
  return tensor(new Int32Array(values), { shape });
}
