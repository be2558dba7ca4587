import { complaint, OptionError, show, showShape } from "../../errors.js";
import { requireFloat32, requireInt32 } from "../../tensor/convert.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";

function requireTensor(where: string, what: string, value: Tensor): void {
  if (!(value instanceof Tensor)) throw new OptionError(complaint(where, what, "a tensor", show(value)));
}

/** Throws unless it is a float32 tensor; its values. */
export function requireFloats(where: string, what: string, value: Tensor): Float32Array {
  requireTensor(where, what, value);
  return requireFloat32(where, what, value);
}

/** Throws unless it is an int32 tensor; its values. */
export function requireIntegers(where: string, what: string, value: Tensor): Int32Array {
  requireTensor(where, what, value);
  return requireInt32(where, what, value);
}

/** " at position [1, 2]": where in a tensor of this shape the element of this offset is; nothing for a scalar. */
export function atPosition(offset: number, shape: Shape): string {
  const position = shape.map((size, axis) => Math.floor(offset / sizeOf(shape.slice(axis + 1))) % size);
  return position.length === 0 ? "" : ` at position ${showShape(position)}`;
}
