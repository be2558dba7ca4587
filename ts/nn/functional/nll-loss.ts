import { newCoreGradient } from "../../autograd/gradient.js";
import { checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import {
  type CheckedClassOptions,
  type ClassOptions,
  checkClassOptions,
  checkClassTarget,
  checkRows,
  inOrder,
  placeRows,
} from "./classes.js";
import { computeLoss } from "./loss.js";

/** @internal */
export function checkNLLOptions(where: string, options: ClassOptions | undefined): CheckedClassOptions {
  return checkClassOptions(
    where,
    checkOptions<CheckedClassOptions>(where, options, { reduction: "mean", weight: null, ignoreIndex: -100 }),
  );
}

/**
 * −weight[target]·x[target], of logarithms of probabilities; a mean is weighted
 *
 * @param input `[C]`, `[N, C]` or `[N, C, …]`
 * @param target int32, `[]`, `[N]` or `[N, …]`
 */
export function nllLoss(input: Tensor, target: Tensor, options?: ClassOptions): Tensor {
  return likelihood("nn.functional.nllLoss", input, target, checkNLLOptions("nn.functional.nllLoss", options));
}

/** @internal */
export function likelihood(where: string, input: Tensor, target: Tensor, options: CheckedClassOptions): Tensor {
  const { reduction, weight, ignoreIndex } = options;
  const all = checkRows(where, input, weight);
  checkClassTarget(where, target, all, ignoreIndex);
  const { rows, classes, shape } = all;
  return computeLoss({
    name: "nllLoss",
    reduction,
    shape,
    input,
    saved: weight === null ? [target] : [target, weight],
    forward: (arena, losses) => {
      const weights = weight === null ? 0 : arena.place(weight.storage);
      return core().nll_loss(rows, classes, placeRows(arena, input, all), arena.place(target.storage), weights, ignoreIndex, losses);
    },
    divisor: () => targetWeight(rows, classes, target, weight, ignoreIndex),
    backward: (arena, upstream, gradient) => {
      const dx = newCoreGradient(rows * classes);
      const weights = weight === null ? 0 : arena.place(weight.storage);
      core().nll_loss_backward(rows, classes, arena.place(target.storage), weights, ignoreIndex, upstream, gradient, dx.pointer);
      return inOrder(dx, all);
    },
  });
}

/** @internal The weights of all targets that count together: what a mean over classes divides by. */
export function targetWeight(rows: number, classes: number, target: Tensor, weight: Tensor | null, ignoreIndex: number): number {
  return withArena((arena) => {
    const weights = weight === null ? 0 : arena.place(weight.storage);
    return core().target_weight(rows, classes, arena.place(target.storage), weights, ignoreIndex);
  });
}
