import { mustRecord, record } from "../autograd/node.js";
import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../options.js";
import { newFloats, newIntegers, newValues, type Values } from "./dtype.js";
import { checkReduction, joinDim, type ReduceOptions, type Reduction, sumAxis } from "./reduction.js";
import { type Axis, axisOf, checkDim, type Shape } from "./shape.js";
import { makeTensor, type Tensor } from "./tensor.js";

/** What `max(dim)`, `min(dim)` and `topk` return. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  /** Where along the dimension they were; int32. */
  readonly indices: Tensor;
}

/** Whether `a` comes before `b`: the larger (`sign` 1) or the smaller one (−1), NaN before all. */
function precedes(a: number, b: number, sign: 1 | -1): boolean {
  return sign * a > sign * b || (Number.isNaN(a) && !Number.isNaN(b));
}

/** For each lane of the axis, where along it the first of the extreme values is. */
function firstExtremes(values: Values, { outer, size, inner }: Axis, sign: 1 | -1): Int32Array {
  const out = newIntegers(outer * inner);
  for (let row = 0; row < outer; row++) {
    for (let column = 0; column < inner; column++) {
      const start = row * size * inner + column;
      let best = 0;
      for (let step = 1; step < size; step++) {
        if (precedes(values[start + step * inner]!, values[start + best * inner]!, sign)) best = step;
      }
      out[row * inner + column] = best;
    }
  }
  return out;
}

function requireElements(where: string, size: number, shape: Shape): void {
  if (size === 0) throw new ShapeError(complaint(where, "the tensor", "one with elements to choose from", `shape ${showShape(shape)}`));
}

function wholeAxis(x: Tensor): Axis {
  return { outer: 1, size: x.storage.length, inner: 1 };
}

/** The largest (`sign` 1) or smallest of all values. Equal ones share its gradient. */
function extreme(where: string, x: Tensor, sign: 1 | -1): Tensor {
  requireElements(where, x.storage.length, x.shape);
  const values = x.storage.values();
  const at = firstExtremes(values, wholeAxis(x), sign)[0]!;
  const result = makeTensor(values.slice(at, at + 1), []);
  if (!mustRecord(x)) return result;
  return record(result, { name: sign === 1 ? "max" : "min", inputs: [x], saved: [x, result] }, (gradient, node) => {
    const best = result.item();
    const mask = (x.storage.values() as Float32Array).map((value) => (Object.is(value, best) || value === best ? 1 : 0));
    const share = gradient[0]! / sumAxis(mask, wholeAxis(x))[0]!;
    node.give(
      0,
      mask.map((hit) => hit * share),
    );
  });
}

/** The reduction over a single dimension, or undefined if none is named. */
function singleDim(
  where: string,
  shape: Shape,
  first: number | ReduceOptions | undefined,
  second: ReduceOptions | undefined,
): Reduction | undefined {
  const dim = joinDim(first, second)?.dim;
  const reduction = checkReduction(where, shape, first, second);
  if (dim === undefined) return undefined;
  if (typeof dim !== "number") throw new OptionError(complaint(where, "dim", "a single dimension", show(dim)));
  return reduction;
}

/** The largest (`sign` 1) or smallest of all values, or those along a dimension and where they were. */
export function extremesOf(
  where: string,
  x: Tensor,
  sign: 1 | -1,
  first: number | ReduceOptions | undefined,
  second: ReduceOptions | undefined,
): Tensor | ValuesAndIndices {
  const reduction = singleDim(where, x.shape, first, second);
  if (reduction === undefined) return extreme(where, x, sign);
  const axis = axisOf(x.shape, reduction.dims[0] ?? 0);
  requireElements(where, axis.size, x.shape);
  const indices = firstExtremes(x.storage.values(), axis, sign);
  const name = sign === 1 ? "max" : "min";
  return { values: pick(name, x, axis, indices, 1, reduction.shape), indices: makeTensor(indices, reduction.shape) };
}

/** Where the first of the largest values is, along a dimension or in the whole. */
export function argmax(where: string, x: Tensor, first: number | ReduceOptions | undefined, second: ReduceOptions | undefined): Tensor {
  const reduction = singleDim(where, x.shape, first, second);
  const axis = reduction === undefined ? wholeAxis(x) : axisOf(x.shape, reduction.dims[0] ?? 0);
  requireElements(where, axis.size, x.shape);
  const { shape } = reduction ?? checkReduction(where, x.shape, first, second);
  return makeTensor(firstExtremes(x.storage.values(), axis, 1), shape);
}

/** The values at `indices`, `count` per lane; their gradients go where they came from. */
function pick(name: string, x: Tensor, axis: Axis, indices: Int32Array, count: number, shape: Shape): Tensor {
  const places = placesOf(axis, indices, count);
  const values = x.storage.values();
  const out = newValues(x.dtype, places.length);
  for (let k = 0; k < out.length; k++) out[k] = values[places[k]!]!;
  const result = makeTensor(out, shape);
  if (!mustRecord(x)) return result;
  const size = x.storage.length;
  return record(result, { name, inputs: [x] }, (gradient, node) => {
    const dx = newFloats(size);
    for (let k = 0; k < gradient.length; k++) dx[places[k]!] = gradient[k]!;
    node.give(0, dx);
  });
}

/** Positions in the whole array of indices along an axis, which are laid out as `[outer, count, inner]`. */
function placesOf({ outer, size, inner }: Axis, indices: Int32Array, count: number): Int32Array {
  const places = newIntegers(outer * count * inner);
  for (let k = 0; k < places.length; k++) {
    const row = Math.floor(k / (count * inner));
    places[k] = (row * size + indices[k]!) * inner + (k % inner);
  }
  return places;
}

export interface TopkOptions {
  /** @default -1 */
  readonly dim?: number;
  /** The largest, not the smallest. @default true */
  readonly largest?: boolean;
  /** In order; they are so in any case. @default true */
  readonly sorted?: boolean;
}

/** The `k` largest values along a dimension, in order, and where they were; of equal ones the first. */
export function topk(where: string, x: Tensor, k: number, options: TopkOptions | undefined): ValuesAndIndices {
  const checked = checkOptions(where, options, { dim: -1, largest: true, sorted: true });
  const dim = checkDim(where, checked.dim, x.shape.length);
  const axis = axisOf(x.shape, dim);
  checkInteger(where, "k", k, { min: 0, max: axis.size });
  const sign = checkBoolean(where, "largest", checked.largest) ? 1 : -1;
  checkBoolean(where, "sorted", checked.sorted);
  const indices = sortedIndices(x.storage.values(), axis, k, sign);
  const shape = x.shape.length === 0 ? [] : x.shape.map((size, axis) => (axis === dim ? k : size));
  return { values: pick("topk", x, axis, indices, k, shape), indices: makeTensor(indices, shape) };
}

function sortedIndices(values: Values, { outer, size, inner }: Axis, count: number, sign: 1 | -1): Int32Array {
  const out = newIntegers(outer * count * inner);
  const order = newIntegers(size);
  for (let lane = 0; lane < outer * inner; lane++) {
    const row = Math.floor(lane / inner);
    const column = lane % inner;
    const value = (index: number) => values[(row * size + index) * inner + column]!;
    for (let index = 0; index < size; index++) order[index] = index;
    order.sort((a, b) => (precedes(value(a), value(b), sign) ? -1 : precedes(value(b), value(a), sign) ? 1 : a - b));
    for (let rank = 0; rank < count; rank++) out[(row * count + rank) * inner + column] = order[rank]!;
  }
  return out;
}
