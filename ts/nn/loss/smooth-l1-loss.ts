import { checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Distance, distanceLoss, smoothL1 } from "../functional/distance.js";
import { checkReduction, type LossOptions, type Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

export interface SmoothL1LossOptions extends LossOptions {
  /** β, at least 0. @default 1 */
  readonly beta?: number;
}

/**
 * (x − t)² / 2β where |x − t| < β, else |x − t| − β/2, reduced to its mean unless the options say otherwise.
 *
 * DIFFERS: input and target must have the same shape; PyTorch warns and broadcasts.
 */
export class SmoothL1Loss extends Module {
  static override readonly name: string = "SmoothL1Loss";

  readonly reduction: Reduction;
  readonly beta: number;
  readonly #distance: Distance;

  constructor(options?: SmoothL1LossOptions) {
    super();
    const where = "nn.SmoothL1Loss";
    const { reduction, beta } = checkOptions(where, options, { reduction: "mean" as Reduction, beta: 1 });
    this.reduction = checkReduction(where, reduction);
    this.beta = beta;
    this.#distance = smoothL1(where, beta);
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("SmoothL1Loss.forward", input, target);
    return distanceLoss("SmoothL1Loss.forward", this.#distance, x, t, this.reduction);
  }
}
