import { mustRecord, recordInCore } from "../autograd/node.js";
import { complaint, ShapeError, show, showShape } from "../errors.js";
import { checkDim, checkDims, type Shape, sizeOf } from "./shape.js";
import { Tensor } from "./tensor.js";

// These share the values with their source, as in PyTorch: what is written to one shows in the other.

/** The same values in another shape of the same size. */
function view(name: string, x: Tensor, shape: Shape): Tensor {
  const result = Tensor.of(x.storage, shape);
  result.copiedBy = x.copiedBy;
  return mustRecord(x) ? recordInCore(result, { name, inputs: [x] }, (gradient, node) => node.give(0, gradient)) : result;
}

/** The values in another shape; one size may be −1: what is left over. */
export function reshape(where: string, x: Tensor, shape: Shape): Tensor {
  return view("reshape", x, resolveShape(where, shape, x));
}

function resolveShape(where: string, shape: unknown, x: Tensor): Shape {
  const fits = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= -1);
  if (!fits) throw new ShapeError(complaint(where, "shape", "an array of integers >= 0, or -1 once", show(shape)));
  const size = x.storage.length;
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const inferred = unknown >= 0 && known > 0 && size % known === 0 ? size / known : -1;
  const result = shape.map((length, axis) => (axis === unknown ? inferred : length));
  if (!result.includes(-1) && sizeOf(result) === size) return result;
  throw new ShapeError(complaint(where, "shape", `one of ${size} elements, as ${showShape(x.shape)}`, showShape(shape)));
}

/** Joins the dimensions from `startDim` to `endDim` into one. */
export function flatten(where: string, x: Tensor, startDim: number, endDim: number): Tensor {
  const rank = x.shape.length;
  const start = checkDim(where, startDim, rank);
  const end = checkDim(where, endDim, rank);
  if (start > end) throw new ShapeError(complaint(where, "startDim", `at most endDim, ${endDim}`, String(startDim)));
  const joined = sizeOf(x.shape.slice(start, end + 1));
  return view("flatten", x, [...x.shape.slice(0, start), joined, ...x.shape.slice(end + 1)]);
}

/** Without the given dimensions, or all, as far as their size is 1. */
export function squeeze(where: string, x: Tensor, dim: number | readonly number[] | undefined): Tensor {
  const dims = checkDims(where, dim, x.shape.length);
  return view(
    "squeeze",
    x,
    x.shape.filter((size, axis) => size !== 1 || !dims.includes(axis)),
  );
}

/** With a dimension of size 1 inserted at `dim`. */
export function unsqueeze(where: string, x: Tensor, dim: number): Tensor {
  const at = checkDim(where, dim, x.shape.length + 1);
  return view("unsqueeze", x, x.shape.toSpliced(at, 0, 1));
}
