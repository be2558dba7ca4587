import type { Tensor } from "../../tensor/tensor.js";
import { type CrossEntropyOptions, checkCrossEntropyOptions, entropy } from "../functional/cross-entropy.js";
import type { Reduction } from "../functional/loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/**
 * −Σ_c w_c·t_c·ln softmax(x)_c, of logits x.
 *
 * Targets are classes, or probabilities of them; `labelSmoothing` ε makes (1 − ε)·t + ε/C of t. A mean over targets that are classes is weighted,
 * and leaves out those to be ignored.
 *
 * DIFFERS: there is no gradient of a target of probabilities.
 *
 * @example
 * const criterion = new nn.CrossEntropyLoss({ ignoreIndex: 0 });
 * const loss = criterion.forward(logits.reshape([-1, 27]), targets.reshape([-1]));
 */
export class CrossEntropyLoss extends Module {
  static override readonly name: string = "CrossEntropyLoss";

  readonly reduction: Reduction;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  weight: Tensor | null = null;

  constructor(options?: CrossEntropyOptions) {
    super();
    const { reduction, weight, ignoreIndex, labelSmoothing } = checkCrossEntropyOptions("nn.CrossEntropyLoss", options);
    this.reduction = reduction;
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.registerBuffer("weight", weight);
  }

  /**
   * @param input logits, `[C]`, `[N, C]` or `[N, C, …]`
   * @param target classes, int32 `[]`, `[N]` or `[N, …]`; or probabilities, float32 in the shape of the input
   * @returns `[]`, or the shape of classes for the reduction "none"
   * @throws ShapeError naming the first target that is no class, and its position
   */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("CrossEntropyLoss.forward", input, target);
    return entropy("CrossEntropyLoss.forward", x, t, this);
  }
}
