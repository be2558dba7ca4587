import { mustRecord, record, recordAll } from "../autograd/node.js";
import { complaint, ShapeError, show, showShape } from "../errors.js";
import { checkInteger } from "../options.js";
import { broadcastTo } from "./convert.js";
import { copyValues, newFloats, newValues } from "./dtype.js";
import { reordered } from "./reduction.js";
import { broadcastShapes, checkDim, type Shape, sameShape, sizeOf, stridesOf } from "./shape.js";
import { type Box, readBox, sumTo, writeBox } from "./strided.js";
import { makeCopy, type Tensor } from "./tensor.js";

// These copy, where PyTorch makes views: in-place methods refuse their results.

function copyBox(where: string, x: Tensor, box: Box, shape: Shape): Tensor {
  return makeCopy(readBox(x.storage.values(), box, newValues(x.dtype, sizeOf(shape))), shape, where);
}

/** A copy of a box of `x`, the gradient of which is the same box of zeros. */
function boxOf(where: string, name: string, x: Tensor, box: Box, shape: Shape): Tensor {
  const result = copyBox(where, x, box, shape);
  if (!mustRecord(x)) return result;
  const size = x.storage.length;
  return record(result, { name, inputs: [x] }, (gradient, node) => node.give(0, writeBox(gradient, box, newFloats(size))));
}

/** The dimensions in another order. */
export function permute(where: string, x: Tensor, dims: readonly number[]): Tensor {
  const rank = x.shape.length;
  if (!Array.isArray(dims) || dims.length !== rank) {
    throw new ShapeError(complaint(where, "dims", `an array of ${rank} dimensions`, show(dims)));
  }
  const order = dims.map((dim) => checkDim(where, dim, rank));
  if (new Set(order).size !== rank) throw new ShapeError(complaint(where, "dims", "each dimension once", showShape(dims)));
  const box = reordered(x.shape, order);
  return boxOf(where, "permute", x, box, box.shape);
}

/** Two dimensions exchanged. */
export function transpose(where: string, x: Tensor, first: number, second: number): Tensor {
  const rank = x.shape.length;
  const a = checkDim(where, first, rank);
  const b = checkDim(where, second, rank);
  const order = x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  const box = reordered(x.shape, order);
  return boxOf(where, "transpose", x, box, box.shape);
}

/** Dimensions of size 1, and new ones in front, repeated; −1 leaves a dimension as it is. */
export function expand(where: string, x: Tensor, shape: Shape): Tensor {
  const rank = x.shape.length;
  const missing = Array.isArray(shape) ? shape.length - rank : -1;
  const wanted = missing < 0 ? [] : shape.map((size, axis) => (size === -1 && axis >= missing ? x.shape[axis - missing]! : size));
  const fits = missing >= 0 && wanted.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!fits) throw new ShapeError(complaint(where, "shape", `at least ${rank} sizes, each >= 0, or -1 for one there is`, show(shape)));
  if (!sameShape(broadcastShapes(where, x.shape, wanted), wanted)) {
    throw new ShapeError(complaint(where, "shape", `one that ${showShape(x.shape)} broadcasts to`, showShape(wanted)));
  }
  const source = x.storage.values();
  const values = broadcastTo(source, x.shape, wanted);
  const result = makeCopy(values === source ? copyValues(source) : values, wanted, where);
  if (!mustRecord(x)) return result;
  const from = x.shape;
  return record(result, { name: "expand", inputs: [x] }, (gradient, node) => node.give(0, sumTo(gradient, wanted, from)));
}

/** Where a part of a dimension lies. */
function partBox(shape: Shape, dim: number, start: number, length: number): Box {
  const strides = stridesOf(shape);
  return { shape: shape.map((size, axis) => (axis === dim ? length : size)), strides, offset: start * strides[dim]! };
}

function checkHasDims(where: string, x: Tensor): void {
  if (x.shape.length === 0) throw new ShapeError(complaint(where, "the tensor", "of at least one dimension", "a scalar"));
}

/** `length` indices of a dimension, from `start`. */
export function narrow(where: string, x: Tensor, dim: number, start: number, length: number): Tensor {
  checkHasDims(where, x);
  const axis = checkDim(where, dim, x.shape.length);
  const size = x.shape[axis]!;
  const from = checkInteger(where, "start", start, { min: -size, max: size });
  const first = from < 0 ? from + size : from;
  checkInteger(where, "length", length, { min: 0, max: size - first });
  const box = partBox(x.shape, axis, first, length);
  return boxOf(where, "narrow", x, box, box.shape);
}

/** One index of a dimension, which goes away. */
export function select(where: string, x: Tensor, dim: number, index: number): Tensor {
  checkHasDims(where, x);
  const axis = checkDim(where, dim, x.shape.length);
  const size = x.shape[axis]!;
  const from = checkInteger(where, "index", index, { min: -size, max: size - 1 });
  const box = partBox(x.shape, axis, from < 0 ? from + size : from, 1);
  return boxOf(where, "select", x, box, x.shape.toSpliced(axis, 1));
}

/** Consecutive parts of a dimension; one recorded operation for all, so that their gradients are brought together once. */
function parts(where: string, name: string, x: Tensor, axis: number, lengths: readonly number[], drop: boolean): Tensor[] {
  let start = 0;
  const boxes = lengths.map((length) => {
    const box = partBox(x.shape, axis, start, length);
    start += length;
    return box;
  });
  const results = boxes.map((box) => copyBox(where, x, box, drop ? box.shape.toSpliced(axis, 1) : box.shape));
  if (!mustRecord(x) || results.length === 0) return results;
  const size = x.storage.length;
  recordAll(results, { name, inputs: [x] }, (gradients, node) => {
    const dx = newFloats(size);
    for (const [index, gradient] of gradients.entries()) if (gradient !== null) writeBox(gradient, boxes[index]!, dx);
    node.give(0, dx);
  });
  return results;
}

/** Parts of `size` each, the last of what is left; or of the sizes in a list. */
export function split(where: string, x: Tensor, size: number | readonly number[], dim: number): Tensor[] {
  checkHasDims(where, x);
  const axis = checkDim(where, dim, x.shape.length);
  const total = x.shape[axis]!;
  if (!Array.isArray(size)) {
    const step = checkInteger(where, "splitSize", size, { min: 1 });
    const count = Math.max(1, Math.ceil(total / step));
    const lengths = Array.from({ length: count }, (_, index) => Math.min(step, total - index * step));
    return parts(where, "split", x, axis, lengths, false);
  }
  const lengths: readonly number[] = size;
  const sum = lengths.reduce((all, length) => all + checkInteger(where, "every size", length, { min: 0 }), 0);
  if (sum !== total) throw new ShapeError(complaint(where, "the sizes", `${total} in sum`, `${showShape(lengths)}, in sum ${sum}`));
  return parts(where, "split", x, axis, lengths, false);
}

/** At most `chunks` parts of equal size, the last smaller. */
export function chunk(where: string, x: Tensor, chunks: number, dim: number): Tensor[] {
  checkHasDims(where, x);
  checkInteger(where, "chunks", chunks, { min: 1 });
  const total = x.shape[checkDim(where, dim, x.shape.length)]!;
  return split(where, x, Math.max(1, Math.ceil(total / chunks)), dim);
}

/** One tensor for each index of a dimension, which goes away. */
export function unbind(where: string, x: Tensor, dim: number): Tensor[] {
  checkHasDims(where, x);
  const axis = checkDim(where, dim, x.shape.length);
  return parts(where, "unbind", x, axis, new Array<number>(x.shape[axis]!).fill(1), true);
}
