import { newDoubles, newFloats, type Values } from "./dtype.js";
import { type Shape, sizeOf, stridesOf } from "./shape.js";

/** A box of elements inside a larger contiguous array: where it starts, and the step of each of its dimensions. */
export interface Box {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Calls `row(offset)` with where each innermost row of the box starts, in order. */
function eachRow(box: Box, row: (offset: number) => void): void {
  const { shape, strides } = box;
  const last = shape.length - 1;
  if (sizeOf(shape) === 0) return;
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  let offset = box.offset;
  for (;;) {
    row(offset);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      offset += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      offset -= (index[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function innermost({ shape, strides }: Box): [length: number, step: number] {
  return shape.length === 0 ? [1, 0] : [shape.at(-1) as number, strides.at(-1) as number];
}

/** Copies the box out of `source` into the contiguous `out`. */
export function readBox<V extends Values>(source: V, box: Box, out: V): V {
  const [length, step] = innermost(box);
  let position = 0;
  eachRow(box, (offset) => {
    for (let k = 0, from = offset; k < length; k++, from += step) out[position++] = source[from] as number;
  });
  return out;
}

/** Copies the contiguous `source` into the box in `out`. */
export function writeBox<V extends Values>(source: V, box: Box, out: V): V {
  const [length, step] = innermost(box);
  let position = 0;
  eachRow(box, (offset) => {
    for (let k = 0, to = offset; k < length; k++, to += step) out[to] = source[position++] as number;
  });
  return out;
}

/** Adds the contiguous `source` to the box in `out`; several elements of the box may be the same place. */
function addBox(source: Float32Array, box: Box, out: Float64Array): void {
  const [length, step] = innermost(box);
  let position = 0;
  eachRow(box, (offset) => {
    for (let k = 0, to = offset; k < length; k++, to += step) out[to] = (out[to] as number) + (source[position++] as number);
  });
}

/** A tensor of shape `from`, seen as the larger `to` that it broadcasts to. */
export function broadcastBox(from: Shape, to: Shape): Box {
  const own = stridesOf(from);
  const missing = to.length - from.length;
  const strides = to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : (own[axis - missing] as number)));
  return { shape: to, strides, offset: 0 };
}

/** The sum of a gradient of shape `from` over what was broadcast, in shape `to`; in f64, in index order, rounded once. */
export function sumTo(gradient: Float32Array, from: Shape, to: Shape): Float32Array {
  const size = sizeOf(to);
  if (size === gradient.length) return gradient;
  const sums = newDoubles(size);
  addBox(gradient, broadcastBox(to, from), sums);
  return newFloats(sums);
}
