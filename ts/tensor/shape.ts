import { complaint, ShapeError, show, showShape } from "../errors.js";

export type Shape = readonly number[];

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis] as number;
  return size;
}

/** " at position [1, 2]": where in a tensor of this shape the element of this offset is; nothing for a scalar. */
export function atPosition(offset: number, shape: Shape): string {
  const position = shape.map((size, axis) => Math.floor(offset / sizeOf(shape.slice(axis + 1))) % size);
  return position.length === 0 ? "" : ` at position ${showShape(position)}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** A frozen copy of a shape that a caller gave. */
export function checkShape(where: string, shape: unknown): Shape {
  const fits = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (fits && Number.isSafeInteger(sizeOf(shape))) return shape.slice();
  throw new ShapeError(complaint(where, "shape", "an array of integers >= 0", show(shape)));
}

/** `dim` counted from the front; a negative one counts from the back. */
export function checkDim(where: string, dim: unknown, rank: number): number {
  // A scalar has, as in PyTorch, a dimension 0 to be named.
  const limit = Math.max(rank, 1);
  if (Number.isInteger(dim) && (dim as number) >= -limit && (dim as number) < limit) {
    return (dim as number) < 0 ? (dim as number) + limit : (dim as number);
  }
  throw new ShapeError(complaint(where, "dim", `an integer in [${-limit}, ${limit - 1}] for a tensor of rank ${rank}`, show(dim)));
}

/** `dims` counted from the front and in order, each once; undefined and an empty list are all of them. */
export function checkDims(where: string, dims: number | readonly number[] | undefined, rank: number): number[] {
  if (dims === undefined || (Array.isArray(dims) && dims.length === 0)) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (Array.isArray(dims) ? dims : [dims]).map((dim) => checkDim(where, dim, rank));
  if (new Set(list).size !== list.length) throw new ShapeError(complaint(where, "dim", "a list without repetition", show(dims)));
  return rank === 0 ? [] : list.sort((a, b) => a - b);
}

/** The steps from one index to the next in each dimension of a contiguous tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** The shape both broadcast to: aligned at the right, a size of 1 fits any other. */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let axis = 1; axis <= rank; axis++) {
    const left = a[a.length - axis] ?? 1;
    const right = b[b.length - axis] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(complaint(where, "shapes", "equal or broadcastable", `${showShape(a)} and ${showShape(b)}`));
    }
    result[rank - axis] = left === 1 ? right : left;
  }
  return result;
}

/** A contiguous tensor seen from one dimension: `[outer, size, inner]`. */
export interface Axis {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
}

export function axisOf(shape: Shape, dim: number): Axis {
  return { outer: sizeOf(shape.slice(0, dim)), size: shape[dim] ?? 1, inner: sizeOf(shape.slice(dim + 1)) };
}
