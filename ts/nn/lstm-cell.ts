import { complaint, OptionError, show } from "../errors.js";
import { checkOptions } from "../options.js";
import { Tensor } from "../tensor/tensor.js";
import type { LSTMState } from "./lstm.js";
import { CellModule, type CellOptions } from "./recurrent/cell.js";

/**
 * One step of long short-term memory (`H` hidden size).
 *
 *     i, f, o = σ(W_ih·x + b_ih + W_hh·h + b_hh)      g = tanh(…)
 *     c' = f ⊙ c + i ⊙ g                              h' = o ⊙ tanh(c')
 *
 * All parameters start from U(−1/√H, 1/√H); gates stand in the order i f g o. For whole sequences `LSTM` is faster, and gives the same numbers.
 *
 * @example
 * const cell = new nn.LSTMCell(10, 20);
 * let state: nn.LSTMState = [zeros([3, 20]), zeros([3, 20])];
 * for (const x of input.unbind(0)) state = cell.forward(x, state); // [3, 10] → [3, 20] and [3, 20]
 */
export class LSTMCell extends CellModule {
  static override readonly name: string = "LSTMCell";

  constructor(inputSize: number, hiddenSize: number, options?: CellOptions) {
    const { bias } = checkOptions("nn.LSTMCell", options, { bias: true });
    super("LSTMCell", "lstm", inputSize, hiddenSize, bias);
  }

  /**
   * @param input `[N, I]`, or `[I]` without a batch
   * @param state `[h, c]`, each `[N, H]`, or `[H]` without a batch; zeros if left out
   * @returns `[h', c']`, in the shapes of `h` and `c`
   */
  forward(input: Tensor, state?: LSTMState): [h: Tensor, c: Tensor] {
    if (state !== undefined && (!Array.isArray(state) || state.length !== 2 || !state.every((each) => each instanceof Tensor))) {
      throw new OptionError(complaint("LSTMCell.forward", "state", "[h, c]", show(state)));
    }
    const [h, c] = this.step(input, state ?? [], ["state[0]", "state[1]"]);
    return [h, c as Tensor];
  }
}
