import { mustRecord, record } from "../autograd/node.js";
import { complaint, OptionError, show } from "../errors.js";
import { checkNumber } from "../options.js";
import { core } from "../wasm/core.js";
import { floatsOf, requireFloat32 } from "./convert.js";
import { newDoubles, newFloats, type Values } from "./dtype.js";
import { powNumber } from "./pow.js";
import {
  arrange,
  checkReduction,
  type Dims,
  joinDim,
  type ReduceOptions,
  type Reduction,
  restore,
  spreadAxis,
  sumAxis,
} from "./reduction.js";
import type { Axis } from "./shape.js";
import { makeTensor, type Tensor } from "./tensor.js";

export interface VarianceOptions extends ReduceOptions {
  /** The divisor is n − correction. @default 1 */
  readonly correction?: number;
}

type VarianceArguments = [first: Dims | VarianceOptions | undefined, second: VarianceOptions | undefined];

/** x − mean, in doubles */
function deviations(values: Values, axis: Axis): Float64Array {
  const means = sumAxis(values, axis);
  for (let k = 0; k < means.length; k++) means[k] = means[k]! / axis.size;
  const out = spreadAxis(means, axis);
  for (let k = 0; k < out.length; k++) out[k] = values[k]! - out[k]!;
  return out;
}

/** Σ (x − mean)² / (n − correction), or its root if `root` */
export function variance(where: string, x: Tensor, root: boolean, ...[first, second]: VarianceArguments): Tensor {
  requireFloat32(where, "the tensor", x);
  const { correction = 1, ...rest } = joinDim(first, second) ?? {};
  checkNumber(where, "correction", correction);
  const reduction = checkReduction(where, x.shape, rest);
  const { values, axis } = arrange(x.storage.values(), x.shape, reduction.dims);
  const divisor = Math.max(axis.size - correction, 0);
  const out = sumAxis(
    deviations(values, axis).map((deviation) => deviation * deviation),
    axis,
  );
  for (let k = 0; k < out.length; k++) out[k] = root ? Math.sqrt(out[k]! / divisor) : out[k]! / divisor;
  const result = makeTensor(newFloats(out), reduction.shape);
  if (!mustRecord(x)) return result;
  const name = root ? "std" : "var";
  return record(result, { name, inputs: [x], saved: root ? [x, result] : [x] }, (gradient, node) => {
    const arranged = arrange(x.storage.values(), x.shape, reduction.dims);
    // dvar/dx = 2 (x − mean) / divisor; dstd/dx = dvar/dx / (2 std), 0 where std is
    const roots = result.storage.values();
    const factors = root ? gradient.map((value, k) => (roots[k] === 0 ? 0 : value / roots[k]!)) : gradient.map((value) => 2 * value);
    const spread = spreadAxis(factors, axis);
    const dx = newFloats(deviations(arranged.values, axis).map((deviation, k) => (spread[k]! * deviation) / divisor));
    node.give(0, restore(dx, arranged.box));
  });
}

export interface NormOptions extends ReduceOptions {
  /** The order of the norm: a number above 0, or Infinity. @default 2 */
  readonly p?: number;
}

/** (Σ |x|ᵖ)^(1/p); the largest |x| for p = ∞ */
export function norm(where: string, x: Tensor, first: number | NormOptions | undefined, second: NormOptions | undefined): Tensor {
  requireFloat32(where, "the tensor", x);
  const { p = 2, ...rest } = (typeof first === "number" ? { ...second, p: first } : (first ?? second)) ?? {};
  if (typeof p !== "number" || !(p > 0)) throw new OptionError(complaint(where, "p", "a number > 0, or Infinity", show(p)));
  const reduction = checkReduction(where, x.shape, rest);
  const { values, axis } = arrange(x.storage.values(), x.shape, reduction.dims);
  const result = makeTensor(newFloats(norms(values as Float32Array, axis, p)), reduction.shape);
  if (!mustRecord(x)) return result;
  return record(result, { name: "norm", inputs: [x], saved: [x, result] }, (gradient, node) => {
    node.give(0, normBackward(gradient, x, result, reduction, p));
  });
}

function norms(values: Float32Array, axis: Axis, p: number): Float64Array {
  if (p === Number.POSITIVE_INFINITY) return largest(values, axis);
  if (p === 1) return sumAxis(values.map(Math.abs), axis);
  if (p === 2) {
    const squares = newDoubles(values);
    for (let k = 0; k < squares.length; k++) squares[k] = squares[k]! * squares[k]!;
    return sumAxis(squares, axis).map(Math.sqrt);
  }
  const { pow64 } = core();
  return sumAxis(powNumber(values.map(Math.abs), p), axis).map((sum) => pow64(sum, 1 / p));
}

function largest(values: Float32Array, { outer, size, inner }: Axis): Float64Array {
  const out = newDoubles(outer * inner);
  for (let k = 0; k < values.length; k++) {
    const lane = Math.floor(k / (size * inner)) * inner + (k % inner);
    out[lane] = Math.max(out[lane]!, Math.abs(values[k]!)); // NaN, once it is there, stays
  }
  return out;
}

/** dx = sign(x) · (|x| / norm)ᵖ⁻¹ · gradient; for p = ∞ the largest elements share it */
function normBackward(gradient: Float32Array, x: Tensor, result: Tensor, reduction: Reduction, p: number): Float32Array {
  const arranged = () => arrange(floatsOf(x), x.shape, reduction.dims);
  const { values, axis, box } = arranged();
  const norms = spreadAxis(result.storage.values(), axis);
  const spread = spreadAxis(gradient, axis);
  const ratios = newFloats(values.length);
  for (let k = 0; k < ratios.length; k++) ratios[k] = norms[k] === 0 ? 0 : Math.abs(values[k]!) / norms[k]!;
  let weights: Float32Array;
  if (p === Number.POSITIVE_INFINITY) {
    weights = ratios.map((ratio) => (ratio === 1 ? 1 : 0));
    const ties = spreadAxis(sumAxis(weights, axis), axis);
    weights = weights.map((weight, k) => (weight === 0 ? 0 : weight / ties[k]!));
  } else {
    weights = p === 1 ? ratios.fill(1) : powNumber(ratios, p - 1);
  }
  const dx = newFloats(ratios.length);
  const { values: signs } = arranged(); // anew, because a power may make the memory grow in which they lie
  for (let k = 0; k < dx.length; k++) dx[k] = norms[k] === 0 ? 0 : Math.sign(signs[k]!) * weights[k]! * spread[k]!;
  return restore(dx, box);
}
