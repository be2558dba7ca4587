import { newCoreGradient } from "../../autograd/gradient.js";
import { complaint, OptionError, ShapeError, showShape } from "../../errors.js";
import { checkOptions } from "../../options.js";
import { broadcastTo, floatsOf } from "../../tensor/convert.js";
import { broadcastShapes, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Arena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { atPosition, requireFloats } from "./check.js";
import { checkPair, checkReduction, computeLoss, type LossOptions, type Reduction, refuseTargetGradient } from "./loss.js";

export interface BCEOptions extends LossOptions {
  /** A factor of each loss, in a shape that broadcasts to the input's. @default none */
  readonly weight?: Tensor | null;
}

export interface BCEWithLogitsOptions extends BCEOptions {
  /** A factor of the losses of positive targets, in a shape that broadcasts to the input's. @default none */
  readonly posWeight?: Tensor | null;
}

/** @internal The same with all defaults. */
export interface BinaryOptions {
  readonly reduction: Reduction;
  readonly weight: Tensor | null;
  readonly posWeight: Tensor | null;
}

/** @internal */
export function checkBCEOptions(where: string, options: BCEOptions | undefined): BinaryOptions {
  const checked = checkOptions<Omit<BinaryOptions, "posWeight">>(where, options, { reduction: "mean", weight: null });
  return checkBinary(where, { ...checked, posWeight: null });
}

/** @internal */
export function checkBCEWithLogitsOptions(where: string, options: BCEWithLogitsOptions | undefined): BinaryOptions {
  return checkBinary(where, checkOptions<BinaryOptions>(where, options, { reduction: "mean", weight: null, posWeight: null }));
}

function checkBinary(where: string, options: BinaryOptions): BinaryOptions {
  checkReduction(where, options.reduction);
  if (options.weight !== null) requireFloats(where, "weight", options.weight);
  if (options.posWeight !== null) requireFloats(where, "posWeight", options.posWeight);
  return options;
}

/** −w·(t·ln x + (1 − t)·ln(1 − x)), the logarithms at least −100, of probabilities x */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options?: BCEOptions): Tensor {
  const where = "nn.functional.binaryCrossEntropy";
  return bce(where, input, target, checkBCEOptions(where, options));
}

/** −w·(p·t·ln σ(x) + (1 − t)·ln(1 − σ(x))) of logits x */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options?: BCEWithLogitsOptions): Tensor {
  const where = "nn.functional.binaryCrossEntropyWithLogits";
  return bceWithLogits(where, input, target, checkBCEWithLogitsOptions(where, options));
}

/** @internal DIFFERS: there is no gradient of the target. */
export function bce(where: string, input: Tensor, target: Tensor, options: BinaryOptions): Tensor {
  checkPair(where, input, target);
  const outside = floatsOf(input).findIndex((x) => !(x >= 0 && x <= 1));
  if (outside >= 0) {
    const actual = `${floatsOf(input)[outside]}${atPosition(outside, input.shape)}`;
    throw new OptionError(complaint(where, "input", "probabilities, in [0, 1]", actual, "for logits there is BCEWithLogitsLoss"));
  }
  return binaryLoss(where, "binaryCrossEntropy", input, target, options, {
    forward: (n, x, t, weight, _, losses) => core().bce_loss(n, x, t, weight, losses),
    backward: (n, x, t, weight, _, upstream, gradient, dx) => core().bce_loss_backward(n, x, t, weight, upstream, gradient, dx),
  });
}

/** @internal DIFFERS: there is no gradient of the target. */
export function bceWithLogits(where: string, input: Tensor, target: Tensor, options: BinaryOptions): Tensor {
  checkPair(where, input, target);
  return binaryLoss(where, "binaryCrossEntropyWithLogits", input, target, options, {
    forward: (n, x, t, weight, positive, losses) => core().bce_with_logits_loss(n, x, t, weight, positive, losses),
    backward: (n, x, t, weight, positive, upstream, gradient, dx) => {
      core().bce_with_logits_loss_backward(n, x, t, weight, positive, upstream, gradient, dx);
    },
  });
}

interface Kernels {
  forward(n: number, x: number, target: number, weight: number, positive: number, losses: number): number;
  backward(n: number, x: number, target: number, weight: number, positive: number, upstream: number, gradient: number, dx: number): void;
}

function binaryLoss(where: string, name: string, input: Tensor, target: Tensor, options: BinaryOptions, kernels: Kernels): Tensor {
  refuseTargetGradient(where, target);
  const n = input.storage.length;
  const weight = expanded(where, "weight", options.weight, input);
  const positive = expanded(where, "posWeight", options.posWeight, input);
  type Pointers = [x: number, target: number, weight: number, positive: number];
  const placeAll = (arena: Arena): Pointers => {
    return [arena.place(input.storage), arena.place(target.storage), putIfAny(arena, weight), putIfAny(arena, positive)];
  };
  return computeLoss({
    name,
    reduction: options.reduction,
    shape: input.shape,
    input,
    saved: [target],
    forward: (arena, losses) => kernels.forward(n, ...placeAll(arena), losses),
    divisor: () => n,
    backward: (arena, upstream, gradient) => {
      const dx = newCoreGradient(n);
      kernels.backward(n, ...placeAll(arena), upstream, gradient, dx.pointer);
      return dx;
    },
  });
}

function putIfAny(arena: Arena, values: Float32Array | null): number {
  return values === null ? 0 : arena.put(values);
}

/** The values of a weight, one for each element of the input. */
function expanded(where: string, what: string, weight: Tensor | null, input: Tensor): Float32Array | null {
  if (weight === null) return null;
  if (!sameShape(broadcastShapes(where, weight.shape, input.shape), input.shape)) {
    throw new ShapeError(complaint(where, what, `of a shape that broadcasts to ${showShape(input.shape)}`, showShape(weight.shape)));
  }
  return broadcastTo(floatsOf(weight).slice(), weight.shape, input.shape) as Float32Array;
}
