import { showShape } from "../errors.js";
import type { Shape } from "../tensor/shape.js";

/** Where the first value is that is NaN or infinite; −1 if there is none. Integers are finite. */
export function firstNonFinite(values: ArrayLike<number>): number {
  if (values instanceof Int32Array) return -1;
  for (let index = 0; index < values.length; index++) {
    // x − x is 0, unless x is not finite: without a call, because every value of a training step comes by.
    const value = values[index] as number;
    if (value - value !== 0) return index;
  }
  return -1;
}

/** The indices of the value at `offset` in a tensor of this shape. */
export function indicesOf(offset: number, shape: Shape): number[] {
  const indices = new Array<number>(shape.length);
  let rest = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    indices[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return indices;
}

/** `NaN at [1, 2]`; without a place for a scalar. */
export function showPlace(value: number, offset: number, shape: Shape): string {
  return shape.length === 0 ? `${value}` : `${value} at ${showShape(indicesOf(offset, shape))}`;
}

/** The largest absolute value. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index] as number));
  return most;
}
