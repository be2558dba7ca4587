import { newCoreGradient } from "../../autograd/gradient.js";
import { complaint, DTypeError, show } from "../../errors.js";
import { checkNumber, checkOptions } from "../../options.js";
import { sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Arena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import {
  type CheckedClassOptions,
  type ClassOptions,
  type ClassRows,
  checkClassOptions,
  checkClassTarget,
  checkRows,
  inOrder,
  placeRows,
} from "./classes.js";
import { computeLoss, refuseTargetGradient } from "./loss.js";
import { targetWeight } from "./nll-loss.js";

export interface CrossEntropyOptions extends ClassOptions {
  /** How much of each target is spread over all classes, in [0, 1]. @default 0 */
  readonly labelSmoothing?: number;
}

/** @internal */
export interface CheckedCrossEntropyOptions extends CheckedClassOptions {
  readonly labelSmoothing: number;
}

/** @internal */
export function checkCrossEntropyOptions(where: string, options: CrossEntropyOptions | undefined): CheckedCrossEntropyOptions {
  const defaults: CheckedCrossEntropyOptions = { reduction: "mean", weight: null, ignoreIndex: -100, labelSmoothing: 0 };
  const checked = checkClassOptions(where, checkOptions(where, options, defaults));
  checkNumber(where, "labelSmoothing", checked.labelSmoothing, { min: 0, max: 1 });
  return checked;
}

/**
 * −Σ_c w_c·t_c·ln softmax(x)_c; a mean over targets that are classes is weighted, and leaves out those to be ignored
 *
 * @param input logits, `[C]`, `[N, C]` or `[N, C, …]`
 * @param target classes, int32 `[]`, `[N]` or `[N, …]`; or probabilities, float32 in the shape of the input
 */
export function crossEntropy(input: Tensor, target: Tensor, options?: CrossEntropyOptions): Tensor {
  const where = "nn.functional.crossEntropy";
  return entropy(where, input, target, checkCrossEntropyOptions(where, options));
}

/** @internal DIFFERS: there is no gradient of a target of probabilities. */
export function entropy(where: string, input: Tensor, target: Tensor, options: CheckedCrossEntropyOptions): Tensor {
  const all = checkRows(where, input, options.weight);
  const areFloats = target instanceof Tensor && target.dtype === "float32";
  if (areFloats && sameShape(target.shape, input.shape)) {
    refuseTargetGradient(where, target);
    return fused(input, target, options, all, ofProbabilities(target, options, all));
  }
  if (areFloats) {
    const expected = "classes as an int32 tensor, or probabilities in the shape of the input";
    throw new DTypeError(complaint(where, "target", expected, show(target), 'make classes with { dtype: "int32" }'));
  }
  checkClassTarget(where, target, all, options.ignoreIndex);
  return fused(input, target, options, all, ofClasses(target, options, all));
}

/** The two kinds of targets; pointers to input, target, weight, statistics, and what the kernels of all losses take. */
interface Kernels {
  placeTarget(arena: Arena): number;
  forward(x: number, t: number, w: number, statistics: number, losses: number): number;
  divisor(): number;
  backward(x: number, t: number, w: number, statistics: number, upstream: number, gradient: number, dx: number): void;
}

function ofClasses(
  target: Tensor,
  { weight, ignoreIndex, labelSmoothing }: CheckedCrossEntropyOptions,
  { rows, classes }: ClassRows,
): Kernels {
  return {
    placeTarget: (arena) => arena.place(target.storage),
    forward: (x, t, w, statistics, losses) => {
      return core().cross_entropy(rows, classes, x, t, w, ignoreIndex, labelSmoothing, statistics, losses);
    },
    divisor: () => targetWeight(rows, classes, target, weight, ignoreIndex),
    backward: (x, t, w, statistics, upstream, gradient, dx) => {
      core().cross_entropy_backward(rows, classes, x, t, w, ignoreIndex, labelSmoothing, statistics, upstream, gradient, dx);
    },
  };
}

function ofProbabilities(target: Tensor, { labelSmoothing }: CheckedCrossEntropyOptions, all: ClassRows): Kernels {
  const { rows, classes } = all;
  return {
    placeTarget: (arena) => placeRows(arena, target, all),
    forward: (x, t, w, statistics, losses) => {
      return core().cross_entropy_probabilities(rows, classes, x, t, w, labelSmoothing, statistics, losses);
    },
    divisor: () => rows,
    backward: (x, t, w, statistics, upstream, gradient, dx) => {
      core().cross_entropy_probabilities_backward(rows, classes, x, t, w, labelSmoothing, statistics, upstream, gradient, dx);
    },
  };
}

function fused(input: Tensor, target: Tensor, { reduction, weight }: CheckedCrossEntropyOptions, all: ClassRows, kernels: Kernels): Tensor {
  const { rows, classes, shape } = all;
  let saved = new Float32Array(0);
  const placeAll = (arena: Arena): [x: number, t: number, w: number] => {
    return [placeRows(arena, input, all), kernels.placeTarget(arena), weight === null ? 0 : arena.place(weight.storage)];
  };
  return computeLoss({
    name: "crossEntropy",
    reduction,
    shape,
    input,
    saved: weight === null ? [target] : [target, weight],
    forward: (arena, losses) => {
      const statistics = arena.f32(2 * rows);
      const sum = kernels.forward(...placeAll(arena), statistics, losses);
      saved = arena.takeF32(statistics, 2 * rows);
      return sum;
    },
    divisor: kernels.divisor,
    backward: (arena, upstream, gradient) => {
      const dx = newCoreGradient(rows * classes);
      kernels.backward(...placeAll(arena), arena.put(saved), upstream, gradient, dx.pointer);
      return inOrder(dx, all);
    },
  });
}
