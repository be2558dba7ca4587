/** The operations of `nn` as functions: parameters and options are passed to each call. */

import { checkInteger } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";

export {
  type BCEOptions,
  type BCEWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from "./functional/binary-cross-entropy.js";
export { type CrossEntropyOptions, crossEntropy } from "./functional/cross-entropy.js";
export { type CTCLossOptions, ctcLoss, type Lengths } from "./functional/ctc-loss.js";
export { huberLoss, l1Loss, mseLoss, smoothL1Loss } from "./functional/distance.js";
export { dropout } from "./functional/dropout.js";
export { embedding } from "./functional/embedding.js";
export { type KLDivOptions, type KLDivReduction, klDiv } from "./functional/kl-div.js";
export { linear } from "./functional/linear.js";
export type { LossOptions, Reduction } from "./functional/loss.js";
export { nllLoss } from "./functional/nll-loss.js";
export { type LayerNormOptions, layerNorm, type RMSNormOptions, rmsNorm } from "./functional/normalize.js";

/** max(x, 0) */
export function relu(input: Tensor): Tensor {
  return input.relu();
}

/** tanh x */
export function tanh(input: Tensor): Tensor {
  return input.tanh();
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(input: Tensor): Tensor {
  return input.sigmoid();
}

/** x · Φ(x) */
export function gelu(input: Tensor): Tensor {
  return input.gelu();
}

/** x · σ(x) */
export function silu(input: Tensor): Tensor {
  return input.silu();
}

/** eˣ / Σ eˣ along `dim` */
export function softmax(input: Tensor, dim: number): Tensor {
  return input.softmax(checkInteger("nn.functional.softmax", "dim", dim));
}

/** x − ln Σ eˣ along `dim` */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return input.logSoftmax(checkInteger("nn.functional.logSoftmax", "dim", dim));
}
