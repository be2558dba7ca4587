import { checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { CellModule, type CellOptions } from "./recurrent/cell.js";

/**
 * One step of gated recurrent units (`H` hidden size).
 *
 *     r, z = σ(W_ih·x + b_ih + W_hh·h + b_hh)      n = tanh(W_in·x + b_in + r ⊙ (W_hn·h + b_hn))
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * All parameters start from U(−1/√H, 1/√H); gates stand in the order r z n. For whole sequences `GRU` is faster, and gives the same numbers.
 *
 * @example
 * const cell = new nn.GRUCell(10, 20);
 * let h = zeros([3, 20]);
 * for (const x of input.unbind(0)) h = cell.forward(x, h); // [3, 10] → [3, 20]
 */
export class GRUCell extends CellModule {
  static override readonly name: string = "GRUCell";

  constructor(inputSize: number, hiddenSize: number, options?: CellOptions) {
    const { bias } = checkOptions("nn.GRUCell", options, { bias: true });
    super("GRUCell", "gru", inputSize, hiddenSize, bias);
  }

  /**
   * @param input `[N, I]`, or `[I]` without a batch
   * @param h `[N, H]`, or `[H]` without a batch; zeros if left out
   * @returns `h'`, in the shape of `h`
   */
  forward(input: Tensor, h?: Tensor): Tensor {
    return this.step(input, [h], ["h"])[0];
  }
}
