import { outOfMemory } from "../errors.js";

/** What a tensor holds: 32-bit floats or 32-bit integers. */
export type DType = "float32" | "int32";

/** The array that holds values of either dtype. */
export type Values = Float32Array | Int32Array;

/** Whether int32 holds the number as it is. */
export function isInt32(value: number): boolean {
  return (value | 0) === value;
}

type ArrayOf<A> = new (source: number | ArrayLike<number>) => A;

/** The array, or an OutOfMemoryError where the engine would throw a RangeError. */
function make<A>(Type: ArrayOf<A>, source: number | ArrayLike<number>, where: string): A {
  try {
    return new Type(source);
  } catch (cause) {
    throw outOfMemory(where, `${typeof source === "number" ? source : source.length} elements`, cause);
  }
}

/** Zeroed floats, or a copy of numbers, rounded. */
export function newFloats(source: number | ArrayLike<number>, where = "tensor"): Float32Array<ArrayBuffer> {
  return make<Float32Array<ArrayBuffer>>(Float32Array, source, where);
}

/** Zeroed integers, or a copy of numbers, cut to 32 bits. */
export function newIntegers(source: number | ArrayLike<number>, where = "tensor"): Int32Array<ArrayBuffer> {
  return make<Int32Array<ArrayBuffer>>(Int32Array, source, where);
}

/** Zeroed doubles, or a copy of numbers: for sums that are rounded once. */
export function newDoubles(source: number | ArrayLike<number>, where = "tensor"): Float64Array<ArrayBuffer> {
  return make<Float64Array<ArrayBuffer>>(Float64Array, source, where);
}

/** A zeroed array. */
export function newValues(dtype: DType, count: number, where = "tensor"): Values {
  return dtype === "float32" ? newFloats(count, where) : newIntegers(count, where);
}

/** A copy. */
export function copyValues<V extends Values>(values: V): V {
  return (values instanceof Float32Array ? newFloats(values) : newIntegers(values)) as V;
}
