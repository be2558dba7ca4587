import type { Tensor } from "../../tensor/tensor.js";
import { checkKLDivOptions, divergence, type KLDivOptions, type KLDivReduction } from "../functional/kl-div.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * t·(ln t − x), the divergence of `input`, logarithms of probabilities, from the probabilities `target`. The mathematical one is the
 * reduction "batchmean".
 *
 * DIFFERS: input and target must have the same shape, and there is no gradient of the target.
 */
export class KLDivLoss extends Module {
  static override readonly name: string = "KLDivLoss";

  readonly reduction: KLDivReduction;
  readonly logTarget: boolean;

  constructor(options?: KLDivOptions) {
    super();
    const { reduction, logTarget } = checkKLDivOptions("nn.KLDivLoss", options);
    this.reduction = reduction;
    this.logTarget = logTarget;
  }

  /** `[*]`, `[*]` → `[]`, or `[*]` for the reduction "none" */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("KLDivLoss.forward", input, target);
    return divergence("KLDivLoss.forward", x, t, this);
  }
}
