import { newCoreGradient } from "../../autograd/gradient.js";
import { checkBoolean, checkOneOf, checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { core } from "../../wasm/core.js";
import { checkPair, computeLoss, type Reduction, refuseTargetGradient } from "./loss.js";

/** "batchmean" is the sum divided by the first dimension: what the divergence is defined as. */
export type KLDivReduction = Reduction | "batchmean";

export interface KLDivOptions {
  /** @default "mean" */
  readonly reduction?: KLDivReduction;
  /** Whether the target is a logarithm, too. @default false */
  readonly logTarget?: boolean;
}

/** @internal */
export function checkKLDivOptions(where: string, options: KLDivOptions | undefined): Required<KLDivOptions> {
  const checked = checkOptions<Required<KLDivOptions>>(where, options, { reduction: "mean", logTarget: false });
  checkOneOf(where, "reduction", checked.reduction, ["none", "mean", "sum", "batchmean"]);
  checkBoolean(where, "logTarget", checked.logTarget);
  return checked;
}

/**
 * t·(ln t − x), the divergence of `input`, logarithms of probabilities, from `target`
 *
 * @param target probabilities, or their logarithms if `logTarget`; in the shape of the input
 */
export function klDiv(input: Tensor, target: Tensor, options?: KLDivOptions): Tensor {
  return divergence("nn.functional.klDiv", input, target, checkKLDivOptions("nn.functional.klDiv", options));
}

/** @internal DIFFERS: shapes must be equal, and there is no gradient of the target. */
export function divergence(where: string, input: Tensor, target: Tensor, { reduction, logTarget }: Required<KLDivOptions>): Tensor {
  checkPair(where, input, target);
  refuseTargetGradient(where, target);
  const n = input.storage.length;
  const log = Number(logTarget);
  return computeLoss({
    name: "klDiv",
    reduction: reduction === "batchmean" ? "mean" : reduction,
    shape: input.shape,
    input,
    saved: [target],
    forward: (arena, losses) => core().kl_div_loss(n, arena.place(input.storage), arena.place(target.storage), log, losses),
    divisor: () => (reduction === "batchmean" ? (input.shape[0] ?? 1) : n),
    backward: (arena, upstream, gradient) => {
      const dx = newCoreGradient(n);
      core().kl_div_loss_backward(n, arena.place(target.storage), log, upstream, gradient, dx.pointer);
      return dx;
    },
  });
}
