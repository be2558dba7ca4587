import { checkBoolean, checkOptions } from "../options.js";
import { copyValues, newDoubles, newFloats, type Values } from "./dtype.js";
import { type Axis, checkDims, type Shape, sizeOf, stridesOf } from "./shape.js";
import { type Box, readBox, writeBox } from "./strided.js";

/** One dimension or several; none or an empty list are all. */
export type Dims = number | readonly number[];

export interface ReduceOptions {
  /** What to reduce over. @default all dimensions */
  readonly dim?: Dims;
  /** Keep the reduced dimensions, with size 1. @default false */
  readonly keepdim?: boolean;
}

/** Over what a reduction runs, and the shape of its result. */
export interface Reduction {
  /** The dimensions, in order. */
  readonly dims: readonly number[];
  readonly shape: Shape;
  /** The shape of the result, with the reduced dimensions kept as 1. */
  readonly kept: Shape;
}

export function isDims(value: unknown): value is Dims {
  return typeof value === "number" || Array.isArray(value);
}

/** Puts `(dim, { … })` and `({ dim, … })` into one object. */
export function joinDim<O extends ReduceOptions>(first: Dims | O | undefined, second: O | undefined): O | undefined {
  return isDims(first) ? ({ ...second, dim: first } as O) : (first ?? second);
}

/** Reads `(dim?, { keepdim })` or `({ dim, keepdim })`. */
export function checkReduction(where: string, shape: Shape, first: Dims | ReduceOptions | undefined, second?: ReduceOptions): Reduction {
  const defaults: { dim: Dims | undefined; keepdim: boolean } = { dim: undefined, keepdim: false };
  const { dim, keepdim } = checkOptions(where, joinDim(first, second), defaults);
  const dims = checkDims(where, dim, shape.length);
  const kept = shape.map((size, axis) => (dims.includes(axis) ? 1 : size));
  return { dims, kept, shape: checkBoolean(where, "keepdim", keepdim) ? kept : shape.filter((_, axis) => !dims.includes(axis)) };
}

/** Values in an order in which the reduced dimensions are one, and how they were brought there. */
export interface Arranged {
  readonly values: Values;
  readonly axis: Axis;
  /** The arranged order, as a box of the original values; null if it is theirs. */
  readonly box: Box | null;
}

/** Brings the dimensions together. They are copied to the end unless they are neighbours. */
export function arrange(values: Values, shape: Shape, dims: readonly number[]): Arranged {
  if (dims.length === 0) return { values, axis: { outer: values.length, size: 1, inner: 1 }, box: null };
  const first = dims[0]!;
  const end = first + dims.length;
  const size = sizeOf(dims.map((axis) => shape[axis]!));
  if (dims.at(-1) === end - 1) {
    return { values, axis: { outer: sizeOf(shape.slice(0, first)), size, inner: sizeOf(shape.slice(end)) }, box: null };
  }
  const others = [...shape.keys()].filter((axis) => !dims.includes(axis));
  const box = reordered(shape, others.concat(dims));
  return {
    values: readBox(values, box, copyValues(values)),
    axis: { outer: sizeOf(others.map((axis) => shape[axis]!)), size, inner: 1 },
    box,
  };
}

/** Brings values from the arranged order back. */
export function restore(values: Float32Array, box: Box | null): Float32Array {
  return box === null ? values : writeBox(values, box, newFloats(values.length));
}

/** All of a contiguous tensor, with its dimensions in another order. */
export function reordered(shape: Shape, order: readonly number[]): Box {
  const strides = stridesOf(shape);
  return { shape: order.map((axis) => shape[axis]!), strides: order.map((axis) => strides[axis]!), offset: 0 };
}

/** Sums along an axis, in doubles and in the order of the indices. */
export function sumAxis(values: Values | Float64Array, { outer, size, inner }: Axis): Float64Array {
  const out = newDoubles(outer * inner);
  let position = 0;
  for (let row = 0; row < outer; row++) {
    if (inner === 1) {
      let sum = 0;
      for (const end = position + size; position < end; position++) sum += values[position]!;
      out[row] = sum;
      continue;
    }
    for (let step = 0; step < size; step++) {
      for (let column = row * inner; column < (row + 1) * inner; column++) out[column] = out[column]! + values[position++]!;
    }
  }
  return out;
}

/** Repeats one value per lane along an axis: the reverse of a reduction. */
export function spreadAxis(lanes: ArrayLike<number>, { outer, size, inner }: Axis): Float64Array {
  const out = newDoubles(outer * size * inner);
  let position = 0;
  for (let row = 0; row < outer; row++) {
    for (let step = 0; step < size; step++) {
      for (let column = row * inner; column < (row + 1) * inner; column++) out[position++] = lanes[column]!;
    }
  }
  return out;
}
