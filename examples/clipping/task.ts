import { randn, type Tensor } from "unrolled";

/** Steps of a sequence, and sequences of a batch. */
export const [LENGTH, BATCH] = [100, 16];

/** Mean squared error of who always says 0: the mean of the variances (t + 1) / T of the sums. */
export const KNOWING_NOTHING: number = (LENGTH + 1) / (2 * LENGTH);

/**
 * A walk at random: steps in, and after each of them how far it has come.
 *
 * @returns input `[T, N, 1]` and target `[T, N, 1]`, the sum of the inputs so far, divided by √T
 */
export function walk(): [input: Tensor, target: Tensor] {
  const input = randn([LENGTH, BATCH, 1]);
  return [input, input.cumsum(0).div(Math.sqrt(LENGTH))];
}
