import { mustRecord, record } from "../../autograd/node.js";
import { complaint, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { checkNumber, checkOptions } from "../../options.js";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import { type Arena, withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { requireFloats } from "./check.js";

export interface LayerNormOptions {
  /** Added to the variance, so that rows of equal values are no division by zero. @default 1e-5 */
  readonly eps?: number;
}

export interface RMSNormOptions {
  /** Added to the mean square; null for the smallest float above 1, minus 1. @default null */
  readonly eps?: number | null;
}

/** The distance from 1 to the next float, which PyTorch takes if no eps is given. */
const FLOAT_EPSILON = 2 ** -23;

/** @internal The size of the last dimension, or the sizes of the last dimensions, as a shape. */
export function checkNormalizedShape(where: string, normalizedShape: number | Shape): Shape {
  const shape: unknown = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  if (Array.isArray(shape) && shape.length > 0 && shape.every((size) => Number.isSafeInteger(size) && size >= 1)) return [...shape];
  throw new OptionError(complaint(where, "normalizedShape", "a size, or an array of at least one, each >= 1", show(normalizedShape)));
}

/** @internal */
export function checkEps(where: string, eps: number): number {
  return checkNumber(where, "eps", eps, { min: 0 });
}

/** @internal */
export function rmsEps(where: string, eps: number | null): number {
  return eps === null ? FLOAT_EPSILON : checkEps(where, eps);
}

/**
 * (x − E[x]) / √(Var[x] + eps) ⊙ w + b over the last dimensions (Ba, Kiros and Hinton 2016)
 *
 * @param input `[*, ...normalizedShape]`
 * @param normalizedShape a size, or the sizes of the last dimensions
 * @param weight in that shape, or none
 * @param bias in that shape, or none
 * @returns `[*, ...normalizedShape]`
 */
export function layerNorm(
  input: Tensor,
  normalizedShape: number | Shape,
  weight?: Tensor | null,
  bias?: Tensor | null,
  options?: LayerNormOptions,
): Tensor {
  const where = "nn.functional.layerNorm";
  const { eps } = checkOptions(where, options, { eps: 1e-5 });
  const shape = checkNormalizedShape(where, normalizedShape);
  return normalized(where, { centered: true, shape, eps: checkEps(where, eps) }, input, weight ?? null, bias ?? null);
}

/**
 * x / √(E[x²] + eps) ⊙ w over the last dimensions (Zhang and Sennrich 2019)
 *
 * @param input `[*, ...normalizedShape]`
 * @param normalizedShape a size, or the sizes of the last dimensions
 * @param weight in that shape, or none
 * @returns `[*, ...normalizedShape]`
 */
export function rmsNorm(input: Tensor, normalizedShape: number | Shape, weight?: Tensor | null, options?: RMSNormOptions): Tensor {
  const where = "nn.functional.rmsNorm";
  const { eps } = checkOptions<{ eps: number | null }>(where, options, { eps: null });
  const shape = checkNormalizedShape(where, normalizedShape);
  return normalized(where, { centered: false, shape, eps: rmsEps(where, eps) }, input, weight ?? null, null);
}

/** @internal Which of the two it is, over which dimensions. */
export interface Normalization {
  readonly centered: boolean;
  readonly shape: Shape;
  readonly eps: number;
}

/** @internal {@link layerNorm} or {@link rmsNorm}, called `where` in errors. */
export function normalized(
  where: string,
  { centered, shape, eps }: Normalization,
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
): Tensor {
  checkSizes(where, shape, input, weight, bias);
  const columns = sizeOf(shape);
  const count = input.storage.length;
  const rows = count / columns;
  const place = (arena: Arena, tensor: Tensor | null) => (tensor === null ? 0 : arena.place(tensor.storage));
  const [values, statistics] = withArena((arena) => {
    const saved = arena.f32(2 * rows);
    const y = arena.f32(count);
    const x = arena.place(input.storage);
    core().normalize(rows, columns, Number(centered), eps, x, place(arena, weight), place(arena, bias), saved, y);
    return [arena.takeF32(y, count), arena.takeF32(saved, 2 * rows)];
  });
  const result = makeTensor(values, input.shape);
  if (!mustRecord(input, weight ?? undefined, bias ?? undefined)) return result;
  const inputs = [input, weight, bias].filter((tensor) => tensor !== null);
  const saved = weight === null ? [input] : [input, weight];
  const biasAt = weight === null ? 1 : 2;
  return record(result, { name: centered ? "layerNorm" : "rmsNorm", inputs, saved }, (gradient, node) => {
    withArena((arena) => {
      const dw = weight === null ? 0 : node.openInCore(1, arena, columns);
      const db = bias === null ? 0 : node.openInCore(biasAt, arena, columns);
      const dx = arena.put(gradient);
      const scratch = arena.f32(columns);
      const x = arena.place(input.storage);
      core().normalize_backward(rows, columns, Number(centered), x, place(arena, weight), arena.put(statistics), dx, dx, dw, db, scratch);
      if (dw !== 0) node.closeInCore(1, arena, columns, dw);
      if (db !== 0) node.closeInCore(biasAt, arena, columns, db);
      if (node.wants(0)) node.give(0, arena.takeF32(dx, count));
    });
  });
}

function checkSizes(where: string, shape: Shape, input: Tensor, weight: Tensor | null, bias: Tensor | null): void {
  requireFloats(where, "input", input);
  if (input.shape.length < shape.length || !sameShape(input.shape.slice(input.shape.length - shape.length), shape)) {
    throw new ShapeError(complaint(where, "input", `[*, ${shape.join(", ")}]`, showShape(input.shape)));
  }
  for (const [what, tensor] of [
    ["weight", weight],
    ["bias", bias],
  ] as const) {
    if (tensor === null) continue;
    requireFloats(where, what, tensor);
    if (!sameShape(tensor.shape, shape)) throw new ShapeError(complaint(where, what, showShape(shape), showShape(tensor.shape)));
  }
}
