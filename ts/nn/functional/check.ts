import { complaint, OptionError, show } from "../../errors.js";
import { requireFloat32, requireInt32 } from "../../tensor/convert.js";
import { Tensor } from "../../tensor/tensor.js";

export { atPosition } from "../../tensor/shape.js";

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
