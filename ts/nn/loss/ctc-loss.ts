import type { Tensor } from "../../tensor/tensor.js";
import { alignmentLoss, type CTCLossOptions, checkCTCOptions, type Lengths } from "../functional/ctc-loss.js";
import type { Reduction } from "../functional/loss.js";
import { Module } from "../module.js";

/**
 * Connectionist temporal classification (Graves et al. 2006): the loss of a sequence of labels, of which only the order is known.
 *
 *     −ln Σ p(alignment)      over all sequences of T classes that are the target once repeats are joined and blanks dropped
 *
 * A mean divides each loss by the number of its labels (at least 1), then all by the number of sequences. Where the input has too few steps for
 * its labels the loss is infinite, unless `zeroInfinity`. The gradient is that of the logits before their log-softmax, as PyTorch's is.
 *
 * DIFFERS: labels that are the blank, or no class, are an error.
 *
 * @example
 * const criterion = new nn.CTCLoss();
 * const [output] = lstm.forward(sound); // [T, N, H]
 * const logProbs = head.forward(output).logSoftmax(-1); // [T, N, C]
 * const loss = criterion.forward(logProbs, targets, [50, 43], [12, 7]);
 */
export class CTCLoss extends Module {
  static override readonly name: string = "CTCLoss";

  readonly blank: number;
  readonly reduction: Reduction;
  readonly zeroInfinity: boolean;

  constructor(options?: CTCLossOptions) {
    super();
    const { blank, reduction, zeroInfinity } = checkCTCOptions("nn.CTCLoss", options);
    this.blank = blank;
    this.reduction = reduction;
    this.zeroInfinity = zeroInfinity;
  }

  /**
   * @param logProbs logarithms of probabilities, `[T, N, C]`, or `[T, C]` without a batch
   * @param targets labels, int32: `[N, S]` padded, or `[the sum of targetLengths]`, one sequence after the other
   * @param inputLengths steps of each sequence, at most T
   * @param targetLengths labels of each sequence, 0 allowed
   * @returns `[]`, or `[N]` for the reduction "none"
   */
  forward(logProbs: Tensor, targets: Tensor, inputLengths: Lengths, targetLengths: Lengths): Tensor {
    return alignmentLoss("CTCLoss.forward", logProbs, targets, inputLengths, targetLengths, this);
  }
}
