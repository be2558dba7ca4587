import { checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { distanceLoss, mse } from "../functional/distance.js";
import { checkReduction, type LossOptions, type Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * (x − t)², reduced to its mean unless the options say otherwise.
 *
 * DIFFERS: input and target must have the same shape; PyTorch warns and broadcasts.
 */
export class MSELoss extends Module {
  static override readonly name: string = "MSELoss";

  readonly reduction: Reduction;

  constructor(options?: LossOptions) {
    super();
    const { reduction } = checkOptions("nn.MSELoss", options, { reduction: "mean" as Reduction });
    this.reduction = checkReduction("nn.MSELoss", reduction);
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("MSELoss.forward", input, target);
    return distanceLoss("MSELoss.forward", mse, x, t, this.reduction);
  }
}
