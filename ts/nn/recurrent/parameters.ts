import { complaint, ShapeError, show, showShape } from "../../errors.js";
import { fillUniform } from "../../random/distributions.js";
import { defaultGenerator } from "../../random/generator.js";
import { newFloats } from "../../tensor/dtype.js";
import { type Shape, sameShape, sizeOf } from "../../tensor/shape.js";
import { makeTensor, Tensor } from "../../tensor/tensor.js";
import { Parameter } from "../parameter.js";
import type { ParameterSlot } from "./sizes.js";

/** A parameter of this shape, drawn from U(−1/√H, 1/√H). */
export function initialParameter(where: string, shape: Shape, hiddenSize: number): Parameter {
  const values = newFloats(sizeOf(shape), where);
  fillInitial(values, hiddenSize);
  return new Parameter(makeTensor(values, shape));
}

/** Draws the values anew. */
export function redraw(parameter: Tensor, hiddenSize: number): void {
  fillInitial(parameter.storage.values() as Float32Array, hiddenSize);
  parameter.storage.version++;
}

function fillInitial(values: Float32Array, hiddenSize: number): void {
  const bound = 1 / Math.sqrt(hiddenSize);
  fillUniform(values, defaultGenerator(), -bound, bound);
}

/** What stands in the field of a parameter, which may have been replaced by any tensor of its shape. */
export function checkParameter(where: string, { name, shape }: ParameterSlot, value: unknown): Tensor {
  if (value instanceof Tensor && sameShape(value.shape, shape) && value.dtype === "float32") return value;
  throw new ShapeError(complaint(where, name, `a float32 tensor ${showShape(shape)}`, show(value)));
}
