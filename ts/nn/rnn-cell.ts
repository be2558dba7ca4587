import { checkOneOf, checkOptions } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { CellModule, type CellOptions } from "./recurrent/cell.js";

export interface RNNCellOptions extends CellOptions {
  /** What is applied to each unit. @default "tanh" */
  readonly nonlinearity?: "tanh" | "relu";
}

/**
 * One step of an Elman network (`H` hidden size).
 *
 *     h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh)      or max(…, 0)
 *
 * All parameters start from U(−1/√H, 1/√H). For whole sequences `RNN` is faster, and gives the same numbers.
 *
 * @example
 * const cell = new nn.RNNCell(10, 20);
 * let h = zeros([3, 20]);
 * for (const x of input.unbind(0)) h = cell.forward(x, h); // [3, 10] → [3, 20]
 */
export class RNNCell extends CellModule {
  static override readonly name: string = "RNNCell";
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options?: RNNCellOptions) {
    const defaults = { bias: true, nonlinearity: "tanh" as "tanh" | "relu" };
    const { bias, nonlinearity } = checkOptions("nn.RNNCell", options, defaults);
    checkOneOf("nn.RNNCell", "nonlinearity", nonlinearity, ["tanh", "relu"]);
    super("RNNCell", nonlinearity, inputSize, hiddenSize, bias);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input `[N, I]`, or `[I]` without a batch
   * @param h `[N, H]`, or `[H]` without a batch; zeros if left out
   * @returns `h'`, in the shape of `h`
   */
  forward(input: Tensor, h?: Tensor): Tensor {
    return this.step(input, [h], ["h"])[0];
  }

  protected override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`);
  }
}
