import { complaint, ShapeError, show, showShape } from "../../errors.js";
import { fillUniform } from "../../random/distributions.js";
import { defaultGenerator } from "../../random/generator.js";
import { newFloats } from "../../tensor/dtype.js";
import { sameShape, sizeOf } from "../../tensor/shape.js";
import { makeTensor, Tensor } from "../../tensor/tensor.js";
import { Parameter } from "../parameter.js";
import type { ParameterSlot } from "./sizes.js";

/** A parameter with its initial values: drawn from U(−1/√H, 1/√H), but ones or zeros for layer norm. */
export function initialParameter(where: string, { shape, initial }: ParameterSlot, hiddenSize: number): Parameter {
  const values = newFloats(sizeOf(shape), where);
  fillInitial(values, initial, hiddenSize);
  return new Parameter(makeTensor(values, shape));
}

/** Sets the initial values anew. */
export function redraw(parameter: Tensor, { initial }: ParameterSlot, hiddenSize: number): void {
  fillInitial(parameter.storage.values() as Float32Array, initial, hiddenSize);
  parameter.storage.version++;
}

function fillInitial(values: Float32Array, initial: ParameterSlot["initial"], hiddenSize: number): void {
  if (initial !== "uniform") {
    values.fill(initial === "ones" ? 1 : 0);
    return;
  }
  const bound = 1 / Math.sqrt(hiddenSize);
  fillUniform(values, defaultGenerator(), -bound, bound);
}

/** What stands in the field of a parameter, which may have been replaced by any tensor of its shape. */
export function checkParameter(where: string, { name, shape }: ParameterSlot, value: unknown): Tensor {
  if (value instanceof Tensor && sameShape(value.shape, shape) && value.dtype === "float32") return value;
  throw new ShapeError(complaint(where, name, `a float32 tensor ${showShape(shape)}`, show(value)));
}
