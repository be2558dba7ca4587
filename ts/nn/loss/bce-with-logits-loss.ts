import type { Tensor } from "../../tensor/tensor.js";
import { type BCEWithLogitsOptions, bceWithLogits, checkBCEWithLogitsOptions } from "../functional/binary-cross-entropy.js";
import type { Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * −w·(p·t·ln σ(x) + (1 − t)·ln(1 − σ(x))) of logits x, with p the weight of positive targets.
 *
 * DIFFERS: there is no gradient of the target.
 */
export class BCEWithLogitsLoss extends Module {
  static override readonly name: string = "BCEWithLogitsLoss";

  readonly reduction: Reduction;
  weight: Tensor | null = null;
  /** `posWeight`, by the name that state dicts have for it. */
  pos_weight: Tensor | null = null;

  constructor(options?: BCEWithLogitsOptions) {
    super();
    const { reduction, weight, posWeight } = checkBCEWithLogitsOptions("nn.BCEWithLogitsLoss", options);
    this.reduction = reduction;
    this.registerBuffer("weight", weight);
    this.registerBuffer("pos_weight", posWeight);
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("BCEWithLogitsLoss.forward", input, target);
    const options = { reduction: this.reduction, weight: this.weight, posWeight: this.pos_weight };
    return bceWithLogits("BCEWithLogitsLoss.forward", x, t, options);
  }
}
