import { rand, randint, type Tensor, tensor } from "unrolled";

/** Mean squared error of who always says 1, the mean of the sum of two numbers from [0, 1): twice the variance 1/12 of each. */
export const KNOWING_NOTHING: number = 1 / 6;

/**
 * Makes sequences of the adding problem (Hochreiter and Schmidhuber 1997, as in Le, Jaitly and Hinton 2015): numbers, two of which are marked, one
 * somewhere in each half. What is asked for at the end is the sum of these two.
 *
 * @param length at least 2
 * @returns input `[T, N, 2]` of numbers and marks, target `[N, 1]`
 */
export function addingProblem(length: number, batch: number): [input: Tensor, target: Tensor] {
  const half = Math.floor(length / 2);
  const numbers = rand([length, batch]).data;
  const marked = [randint(0, half, [batch]).data, randint(half, length, [batch]).data];
  const input = new Float32Array(2 * length * batch);
  const target = new Float32Array(batch);
  for (const [index, number] of numbers.entries()) input[2 * index] = number;
  for (const steps of marked) {
    for (const [sequence, step] of steps.entries()) {
      const index = step * batch + sequence;
      input[2 * index + 1] = 1;
      target[sequence]! += numbers[index]!;
    }
  }
  return [tensor(input, { shape: [length, batch, 2] }), tensor(target, { shape: [batch, 1] })];
}
