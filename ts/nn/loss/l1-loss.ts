import { checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { distanceLoss, l1 } from "../functional/distance.js";
import { checkReduction, type LossOptions, type Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * |x − t|, reduced to its mean unless the options say otherwise.
 *
 * DIFFERS: input and target must have the same shape; PyTorch warns and broadcasts.
 */
export class L1Loss extends Module {
  static override readonly name: string = "L1Loss";

  readonly reduction: Reduction;

  constructor(options?: LossOptions) {
    super();
    const { reduction } = checkOptions("nn.L1Loss", options, { reduction: "mean" as Reduction });
    this.reduction = checkReduction("nn.L1Loss", reduction);
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("L1Loss.forward", input, target);
    return distanceLoss("L1Loss.forward", l1, x, t, this.reduction);
  }
}
