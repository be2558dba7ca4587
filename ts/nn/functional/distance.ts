import { newCoreGradient } from "../../autograd/gradient.js";
import { checkNumber, checkOptions } from "../../options.js";
import type { Tensor } from "../../tensor/tensor.js";
import { core } from "../../wasm/core.js";
import { checkPair, checkReduction, computeLoss, type LossOptions, type Reduction } from "./loss.js";

/** A loss of the distance between input and target. */
export interface Distance {
  readonly name: string;
  forward(n: number, x: number, target: number, losses: number): number;
  backward(n: number, x: number, target: number, upstream: number, gradient: number, dx: number): void;
}

/** @internal */
export const mse: Distance = {
  name: "mseLoss",
  forward: (n, x, target, losses) => core().mse_loss(n, x, target, losses),
  backward: (n, x, target, upstream, gradient, dx) => core().mse_loss_backward(n, x, target, upstream, gradient, dx),
};

/** @internal */
export const l1: Distance = {
  name: "l1Loss",
  forward: (n, x, target, losses) => core().l1_loss(n, x, target, losses),
  backward: (n, x, target, upstream, gradient, dx) => core().l1_loss_backward(n, x, target, upstream, gradient, dx),
};

/** @internal */
export function smoothL1(where: string, beta: number): Distance {
  checkNumber(where, "beta", beta, { min: 0 });
  return {
    name: "smoothL1Loss",
    forward: (n, x, target, losses) => core().smooth_l1_loss(n, x, target, beta, losses),
    backward: (n, x, target, upstream, gradient, dx) => core().smooth_l1_loss_backward(n, x, target, beta, upstream, gradient, dx),
  };
}

/** @internal */
export function huber(where: string, delta: number): Distance {
  checkNumber(where, "delta", delta, { above: 0 });
  return {
    name: "huberLoss",
    forward: (n, x, target, losses) => core().huber_loss(n, x, target, delta, losses),
    backward: (n, x, target, upstream, gradient, dx) => core().huber_loss_backward(n, x, target, delta, upstream, gradient, dx),
  };
}

/**
 * @internal
 *
 * DIFFERS: shapes must be equal; PyTorch warns and broadcasts, which is most often `[N, 1]` with `[N]` by mistake.
 */
export function distanceLoss(where: string, distance: Distance, input: Tensor, target: Tensor, reduction: Reduction): Tensor {
  checkPair(where, input, target);
  const n = input.storage.length;
  return computeLoss({
    name: distance.name,
    reduction,
    shape: input.shape,
    input,
    opposite: target,
    saved: [target],
    forward: (arena, losses) => distance.forward(n, arena.place(input.storage), arena.place(target.storage), losses),
    divisor: () => n,
    backward: (arena, upstream, gradient) => {
      const dx = newCoreGradient(n);
      distance.backward(n, arena.place(input.storage), arena.place(target.storage), upstream, gradient, dx.pointer);
      return dx;
    },
  });
}

/** (x − t)² */
export function mseLoss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  const where = "nn.functional.mseLoss";
  const { reduction } = checkOptions(where, options, { reduction: "mean" as Reduction });
  return distanceLoss(where, mse, input, target, checkReduction(where, reduction));
}

/** |x − t| */
export function l1Loss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  const where = "nn.functional.l1Loss";
  const { reduction } = checkOptions(where, options, { reduction: "mean" as Reduction });
  return distanceLoss(where, l1, input, target, checkReduction(where, reduction));
}

/**
 * (x − t)² / 2β where |x − t| < β, else |x − t| − β/2
 *
 * @param options.beta β, at least 0 @default 1
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options?: LossOptions & { readonly beta?: number }): Tensor {
  const where = "nn.functional.smoothL1Loss";
  const { reduction, beta } = checkOptions(where, options, { reduction: "mean" as Reduction, beta: 1 });
  return distanceLoss(where, smoothL1(where, beta), input, target, checkReduction(where, reduction));
}

/**
 * (x − t)² / 2 where |x − t| ≤ δ, else δ·(|x − t| − δ/2)
 *
 * @param options.delta δ, above 0 @default 1
 */
export function huberLoss(input: Tensor, target: Tensor, options?: LossOptions & { readonly delta?: number }): Tensor {
  const where = "nn.functional.huberLoss";
  const { reduction, delta } = checkOptions(where, options, { reduction: "mean" as Reduction, delta: 1 });
  return distanceLoss(where, huber(where, delta), input, target, checkReduction(where, reduction));
}
