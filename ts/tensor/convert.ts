import { complaint, DTypeError, OptionError, show } from "../errors.js";
import { type DType, isInt32, newFloats, newIntegers, newValues, type Values } from "./dtype.js";
import { type Shape, sameShape } from "./shape.js";
import { broadcastBox, readBox } from "./strided.js";
import { isTensor, type Tensor } from "./tensor.js";

/** The values as `dtype`; themselves if they are that. Floats are cut to integers as PyTorch does. */
export function valuesAs(values: Values, dtype: DType): Values {
  if (dtype === "float32") return values instanceof Float32Array ? values : newFloats(values);
  return values instanceof Int32Array ? values : newIntegers(values);
}

/** Whether int32 can hold the number, cut to an integer. */
export function fitsInt32(value: number): boolean {
  return value >= -(2 ** 31) && value <= 2 ** 31 - 1;
}

/** Throws unless it can. */
export function checkInt32(where: string, what: string, value: number, position = ""): void {
  if (fitsInt32(value)) return;
  throw new OptionError(complaint(where, what, "in [-2147483648, 2147483647] for int32", `${value}${position}`));
}

/** Sums of integers as int32, which as a running sum would wrap around. */
export function integerSums(where: string, sums: Float64Array): Int32Array {
  for (const sum of sums) {
    if (isInt32(sum)) continue;
    throw new DTypeError(
      complaint(where, "every sum of integers", "in [-2147483648, 2147483647]", String(sum), 'convert the tensor with .to("float32")'),
    );
  }
  return newIntegers(sums);
}

/** The float values of a tensor. */
export function floatsOf(tensor: Tensor): Float32Array {
  return valuesAs(tensor.storage.values(), "float32") as Float32Array;
}

/** The values of a tensor, broadcast to `shape`: the values themselves if that is their shape. */
export function broadcastTo(values: Values, from: Shape, to: Shape): Values {
  if (sameShape(from, to)) return values;
  const out = newValues(
    values instanceof Float32Array ? "float32" : "int32",
    to.reduce((size, n) => size * n, 1),
  );
  return values.length === 1 ? out.fill(values[0] as number) : readBox(values, broadcastBox(from, to), out);
}

/** Throws unless `value` is a tensor. */
export function requireTensor(where: string, what: string, value: unknown, hint?: string): Tensor {
  if (isTensor(value)) return value;
  throw new DTypeError(complaint(where, what, "a tensor", show(value), hint));
}

/** Throws unless the tensor holds integers. */
export function requireInt32(where: string, what: string, tensor: Tensor): Int32Array {
  const values = isTensor(tensor) ? tensor.storage.values() : undefined;
  if (values instanceof Int32Array) return values;
  throw new DTypeError(complaint(where, what, "an int32 tensor", show(tensor), 'make it with { dtype: "int32" }'));
}

/** Throws unless the tensor holds floats. */
export function requireFloat32(where: string, what: string, tensor: Tensor): Float32Array {
  const values = isTensor(tensor) ? tensor.storage.values() : undefined;
  if (values instanceof Float32Array) return values;
  throw new DTypeError(complaint(where, what, "a float32 tensor", show(tensor), 'convert it with .to("float32")'));
}
