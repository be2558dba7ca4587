import { mustRecord, record } from "../autograd/node.js";
import { complaint, OptionError, ShapeError, show, showShape } from "../errors.js";
import { checkOptions } from "../options.js";
import { newFloats, newValues } from "./dtype.js";
import { axisOf, checkDim, type Shape, sameShape, sizeOf } from "./shape.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";
import { unsqueeze } from "./views.js";

/** A single `dim` may stand alone. */
export type DimOption = number | { readonly dim?: number };

/** @internal */
export function dimOf(where: string, option: DimOption | undefined, standard: number): number {
  return typeof option === "number" ? option : checkOptions(where, option, { dim: standard }).dim;
}

function checkTensors(where: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0 || !tensors.every(isTensor)) {
    throw new OptionError(complaint(where, "tensors", "a non-empty array of tensors", show(tensors)));
  }
}

/**
 * The tensors one after the other along `dim`; in all other dimensions their sizes are equal.
 *
 * @param options.dim @default 0
 */
export function cat(tensors: readonly Tensor[], options?: DimOption): Tensor {
  checkTensors("cat", tensors);
  const first = tensors[0]!;
  const dim = checkDim("cat", dimOf("cat", options, 0), first.shape.length);
  return join("cat", tensors, first.shape, dim);
}

/**
 * The tensors, all of one shape, side by side in a new dimension `dim`.
 *
 * @param options.dim @default 0
 */
export function stack(tensors: readonly Tensor[], options?: DimOption): Tensor {
  checkTensors("stack", tensors);
  const { shape } = tensors[0]!;
  const dim = checkDim("stack", dimOf("stack", options, 0), shape.length + 1);
  const odd = tensors.find((tensor) => !sameShape(tensor.shape, shape));
  if (odd !== undefined) throw new ShapeError(complaint("stack", "every shape", showShape(shape), showShape(odd.shape)));
  const lifted = tensors.map((tensor) => unsqueeze("stack", tensor, dim));
  return join("stack", lifted, lifted[0]!.shape, dim);
}

function join(where: string, tensors: readonly Tensor[], like: Shape, dim: number): Tensor {
  const fits = ({ shape }: Tensor) => shape.length === like.length && shape.every((size, axis) => axis === dim || size === like[axis]);
  const odd = tensors.find((tensor) => !fits(tensor));
  if (like.length === 0) throw new ShapeError(complaint(where, "every tensor", "of at least one dimension", "a scalar", "use stack"));
  if (odd !== undefined) {
    throw new ShapeError(complaint(where, "every shape", `${showShape(like)} but for dimension ${dim}`, showShape(odd.shape)));
  }
  const total = tensors.reduce((sum, { shape }) => sum + shape[dim]!, 0);
  const shape = like.map((size, axis) => (axis === dim ? total : size));
  const out = newValues(tensors.some(({ dtype }) => dtype === "float32") ? "float32" : "int32", sizeOf(shape));
  const { outer, inner } = axisOf(shape, dim);
  const widths = tensors.map((tensor) => tensor.shape[dim]! * inner);
  let start = 0;
  for (const [index, tensor] of tensors.entries()) {
    const values = tensor.storage.values();
    const width = widths[index]!;
    for (let row = 0; row < outer; row++) out.set(values.subarray(row * width, (row + 1) * width), row * total * inner + start);
    start += width;
  }
  const result = makeTensor(out, shape);
  if (!tensors.some((tensor) => mustRecord(tensor))) return result;
  return record(result, { name: where, inputs: tensors }, (gradient, node) => {
    let from = 0;
    for (const [index, width] of widths.entries()) {
      if (node.wants(index)) node.give(index, columns(gradient, outer, total * inner, from, width));
      from += width;
    }
  });
}

/** `width` columns from `start` on of the matrix `[rows, stride]`. */
function columns(values: Float32Array, rows: number, stride: number, start: number, width: number): Float32Array {
  const out = newFloats(rows * width);
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * stride + start, row * stride + start + width), row * width);
  return out;
}
