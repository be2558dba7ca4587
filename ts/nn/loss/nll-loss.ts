import type { Tensor } from "../../tensor/tensor.js";
import type { ClassOptions } from "../functional/classes.js";
import type { Reduction } from "../functional/loss.js";
import { checkNLLOptions, likelihood } from "../functional/nll-loss.js";
import { Module } from "../module.js";
import { dataOf, type PackedSequence } from "../utils/rnn/packed-sequence.js";

/** −weight[target]·x[target], of logarithms of probabilities x. A mean is weighted, and leaves out the targets to be ignored. */
export class NLLLoss extends Module {
  static override readonly name: string = "NLLLoss";

  readonly reduction: Reduction;
  readonly ignoreIndex: number;
  weight: Tensor | null = null;

  constructor(options?: ClassOptions) {
    super();
    const { reduction, weight, ignoreIndex } = checkNLLOptions("nn.NLLLoss", options);
    this.reduction = reduction;
    this.ignoreIndex = ignoreIndex;
    this.registerBuffer("weight", weight);
  }

  /**
   * @param input `[C]`, `[N, C]` or `[N, C, …]`
   * @param target classes, int32 `[]`, `[N]` or `[N, …]`
   * @returns `[]`, or the target's shape for the reduction "none"
   * @throws ShapeError naming the first target that is no class, and its position
   */
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: PackedSequence, target: PackedSequence): Tensor;
  forward(input: Tensor | PackedSequence, target: Tensor | PackedSequence): Tensor {
    const [x, t] = dataOf("NLLLoss.forward", input, target);
    return likelihood("NLLLoss.forward", x, t, this);
  }
}
