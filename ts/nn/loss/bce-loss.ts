import type { Tensor } from "../../tensor/tensor.js";
import { type BCEOptions, bce, checkBCEOptions } from "../functional/binary-cross-entropy.js";
import type { Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * −w·(t·ln x + (1 − t)·ln(1 − x)), the logarithms at least −100, of probabilities x.
 *
 * DIFFERS: there is no gradient of the target.
 */
export class BCELoss extends Module {
  static override readonly name: string = "BCELoss";

  readonly reduction: Reduction;
  weight: Tensor | null = null;

  constructor(options?: BCEOptions) {
    super();
    const { reduction, weight } = checkBCEOptions("nn.BCELoss", options);
    this.reduction = reduction;
    this.registerBuffer("weight", weight);
  }

  /**
   * `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none"
   *
   * @throws OptionError naming the first input outside of [0, 1], and its position
   */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("BCELoss.forward", input, target);
    return bce("BCELoss.forward", x, t, { reduction: this.reduction, weight: this.weight, posWeight: null });
  }
}
