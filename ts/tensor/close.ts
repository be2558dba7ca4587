import { checkBoolean, checkNumber, checkOptions } from "../options.js";
import { broadcastTo, requireTensor } from "./convert.js";
import { broadcastShapes } from "./shape.js";
import type { Tensor } from "./tensor.js";

export interface CloseOptions {
  /** @default 1e-5 */
  readonly rtol?: number;
  /** @default 1e-8 */
  readonly atol?: number;
  /** Whether NaN is close to NaN. @default false */
  readonly equalNan?: boolean;
}

/** Whether |a − b| ≤ atol + rtol · |b| everywhere. */
export function isClose(where: string, a: Tensor, b: Tensor, options: CloseOptions | undefined): boolean {
  const { rtol, atol, equalNan } = checkOptions(where, options, { rtol: 1e-5, atol: 1e-8, equalNan: false });
  checkNumber(where, "rtol", rtol, { min: 0 });
  checkNumber(where, "atol", atol, { min: 0 });
  checkBoolean(where, "equalNan", equalNan);
  requireTensor(where, "other", b);
  const shape = broadcastShapes(where, a.shape, b.shape);
  const left = broadcastTo(a.storage.values(), a.shape, shape);
  const right = broadcastTo(b.storage.values(), b.shape, shape);
  return left.every((value, index) => {
    const other = right[index]!;
    if (value === other || (equalNan && Number.isNaN(value) && Number.isNaN(other))) return true;
    return Math.abs(value - other) <= atol + rtol * Math.abs(other) && Number.isFinite(other);
  });
}
