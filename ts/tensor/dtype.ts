import { outOfMemory } from "../errors.js";

/** What a tensor holds: 32-bit floats or 32-bit integers. */
export type DType = "float32" | "int32";

/** The array that holds values of either dtype. */
export type Values = Float32Array | Int32Array;

/** A zeroed array. */
export function newValues(dtype: DType, count: number): Values {
  try {
    return dtype === "float32" ? new Float32Array(count) : new Int32Array(count);
  } catch (cause) {
    throw outOfMemory("tensor", `${count} elements`, cause);
  }
}
