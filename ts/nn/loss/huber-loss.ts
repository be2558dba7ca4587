import { checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Distance, distanceLoss, huber } from "../functional/distance.js";
import { checkReduction, type LossOptions, type Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

export interface HuberLossOptions extends LossOptions {
  /** δ, above 0. @default 1 */
  readonly delta?: number;
}

/**
 * (x − t)² / 2 where |x − t| ≤ δ, else δ·(|x − t| − δ/2), reduced to its mean unless the options say otherwise.
 *
 * DIFFERS: input and target must have the same shape; PyTorch warns and broadcasts.
 */
export class HuberLoss extends Module {
  static override readonly name: string = "HuberLoss";

  readonly reduction: Reduction;
  readonly delta: number;
  readonly #distance: Distance;

  constructor(options?: HuberLossOptions) {
    super();
    const where = "nn.HuberLoss";
    const { reduction, delta } = checkOptions(where, options, { reduction: "mean" as Reduction, delta: 1 });
    this.reduction = checkReduction(where, reduction);
    this.delta = delta;
    this.#distance = huber(where, delta);
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("HuberLoss.forward", input, target);
    return distanceLoss("HuberLoss.forward", this.#distance, x, t, this.reduction);
  }
}
