import { type AnyGradient, placeGradient, valuesOf } from "../../autograd/gradient.js";
import { isGradEnabled } from "../../autograd/mode.js";
import { mustRecord, recordInCore } from "../../autograd/node.js";
import { complaint, ShapeError, showShape, UnrolledError } from "../../errors.js";
import { checkOneOf } from "../../options.js";
import { scaled } from "../../tensor/arithmetic.js";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { type Arena, withArena } from "../../wasm/arena.js";
import { Mirror } from "../../wasm/mirror.js";
import { requireFloats } from "./check.js";

/** What becomes of the losses: their mean, their sum, or all of them. */
export type Reduction = "none" | "mean" | "sum";

export interface LossOptions {
  /** @default "mean" */
  readonly reduction?: Reduction;
}

export function checkReduction(where: string, reduction: unknown): Reduction {
  return checkOneOf(where, "reduction", reduction, ["none", "mean", "sum"]);
}

/** A loss whose arguments were checked, as the kernels of the core compute it. */
export interface LossKernel {
  readonly name: string;
  readonly reduction: Reduction;
  /** Of the losses before they are reduced. */
  readonly shape: Shape;
  readonly input: Tensor;
  /** What gets minus the gradient of the input: the target of a distance. */
  readonly opposite?: Tensor;
  /** What else backward reads. */
  readonly saved: readonly Tensor[];
  /** Writes the losses; returns their sum. */
  forward(arena: Arena, losses: number): number;
  /** What a mean divides by, asked for after `forward`. */
  divisor(): number;
  /** The gradient of the input, where `upstream` points to the gradient of each loss; 0: `gradient` for all. */
  backward(arena: Arena, upstream: number, gradient: number): AnyGradient;
}

/** The loss, recorded. Sums and means are taken in doubles, and rounded once; + 0 makes 0 of −0, which is what Rust sums up of nothing. */
export function computeLoss(kernel: LossKernel): Tensor {
  const { name, reduction, shape, input, opposite, saved } = kernel;
  const count = sizeOf(shape);
  const each = reduction === "none";
  let divisor = 1;
  const recording = mustRecord(input, opposite);
  const release = recording ? mirrorAll([input, ...saved]) : undefined;
  const values = withArena((arena) => {
    const losses = arena.f32(count);
    const sum = kernel.forward(arena, losses);
    if (reduction === "mean") divisor = kernel.divisor();
    return each ? arena.takeF32(losses, count) : new Float32Array([sum / divisor + 0]);
  });
  const result = makeTensor(values, each ? shape : []);
  if (!recording) return result;
  const inputs = opposite === undefined ? [input] : [input, opposite];
  return recordInCore(result, { name, inputs, saved: [input, ...saved], ...(release && { release }) }, (gradient, node) => {
    const dx = withArena((arena) => {
      return each ? kernel.backward(arena, placeGradient(arena, gradient), 0) : kernel.backward(arena, 0, valuesOf(gradient)[0]! / divisor);
    });
    if (node.wants(1)) node.give(1, scaled(valuesOf(dx), -1));
    node.give(0, dx);
  });
}

/** Copies what backward reads again, and is not in the core, to where it needs no second copy; what is returned gives the room back. */
function mirrorAll(tensors: readonly Tensor[]): (() => void) | undefined {
  let mirrors: Mirror[] | undefined;
  for (const { storage } of tensors) {
    const mirror = storage.placed === 0 ? Mirror.of(storage.values()) : undefined;
    if (mirror === undefined) continue;
    storage.mirrorIn(mirror);
    mirrors ??= [];
    mirrors.push(mirror);
  }
  return mirrors && (() => releaseAll(mirrors));
}

function releaseAll(mirrors: readonly Mirror[]): void {
  for (const mirror of mirrors) mirror.release();
}

/** Throws unless input and target are floats of the same shape. */
export function checkPair(where: string, input: Tensor, target: Tensor): void {
  requireFloats(where, "input", input);
  requireFloats(where, "target", target);
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError(complaint(where, "target", `${showShape(input.shape)}, as the input`, showShape(target.shape)));
}

/** Throws if backward would have to compute a gradient of the target. */
export function refuseTargetGradient(where: string, target: Tensor): void {
  if (!(isGradEnabled() && target.requiresGrad)) return;
  throw new UnrolledError(complaint(where, "target", "free of gradients", "one that requires a gradient", "use target.detach()"));
}
