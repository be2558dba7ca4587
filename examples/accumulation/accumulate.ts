import { nn, type Tensor } from "unrolled";

/** An LSTM that reads sequences `[N, T, 1]` and says one number of each, `[N]`. */
export class Regressor extends nn.Module {
  rnn: nn.LSTM;
  head: nn.Linear;

  constructor(hidden: number) {
    super();
    this.rnn = new nn.LSTM(1, hidden, { batchFirst: true });
    this.head = new nn.Linear(hidden, 1);
  }

  forward(input: Tensor): Tensor {
    const [, [hn]] = this.rnn.forward(input);
    return this.head.forward(hn.select(0, 0)).squeeze(1);
  }
}

/** Cuts a batch into parts of one size; the last takes what is left. */
export function sizesOf(batch: number, size: number): number[] {
  return Array.from({ length: Math.ceil(batch / size) }, (_, index) => Math.min(size, batch - index * size));
}

/**
 * Gives the model the gradients of a whole batch's mean loss, one part after the other; returns that loss.
 *
 * @param input `[N, T, 1]`
 * @param target `[N]`
 * @param sizes of the parts, N in all
 * @param weighted whether each part counts as many as it has; without, all parts count the same, which is wrong if they differ
 */
export function accumulate(model: Regressor, input: Tensor, target: Tensor, sizes: readonly number[], weighted = true): number {
  const batch = target.numel();
  let [total, start] = [0, 0];
  model.zeroGrad();
  for (const size of sizes) {
    const prediction = model.forward(input.narrow(0, start, size));
    const loss = nn.functional.mseLoss(prediction, target.narrow(0, start, size)).mul(weighted ? size / batch : 1 / sizes.length);
    // Adds to the gradients, and gives back what this part needed: only one part is in memory at a time.
    loss.backward();
    total += loss.item();
    start += size;
  }
  return total;
}
