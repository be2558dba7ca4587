import type { Recording } from "../autograd/node.js";
import { AnomalyError, complaint, showShape } from "../errors.js";
import { sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Names } from "./names.js";
import { firstNonFinite, showPlace } from "./values.js";

/** The error: `what` must be finite, got `actual`. */
export function anomaly(what: string, actual: string, hint?: string): AnomalyError {
  return new AnomalyError(complaint("detectAnomaly", what, "finite", actual, hint));
}

/** The tensors that a result was computed from: the inputs, and what is saved of others, such as targets. */
export function operandsOf({ inputs, saved = [] }: Recording, outputs: readonly Tensor[]): Tensor[] {
  const own = new Set(outputs.map(({ storage }) => storage));
  return [...inputs, ...saved.filter((tensor) => !inputs.includes(tensor) && !own.has(tensor.storage))];
}

/** What to say of a result that is not finite: which operand was not, or what the operands are at this place. */
export function explainResult(output: Tensor, offset: number, recording: Recording, names: Names): AnomalyError {
  const operands = operandsOf(recording, [output]);
  for (const [index, operand] of operands.entries()) {
    const values = operand.storage.values();
    const at = firstNonFinite(values);
    if (at < 0) continue;
    const place = `${showPlace(values[at] as number, at, operand.shape)} of ${showShape(operand.shape)}`;
    return anomaly(names.operand(operand, index, recording.name), place, "no operation in detectAnomaly has made it: it came from outside");
  }
  const value = output.storage.values()[offset] as number;
  const there = valuesThere(operands, output, offset);
  const hint = `what it was computed from is finite${there === "" ? "" : `: ${there} at this place`}`;
  return anomaly(`the result of ${recording.name}`, showPlace(value, offset, output.shape), hint);
}

/** The values of operands, as far as they lie like the result: of its shape, or one for all. */
export function valuesThere(operands: readonly Tensor[], like: Tensor, offset: number): string {
  const lie = operands.every(({ shape, storage }) => sameShape(shape, like.shape) || storage.length === 1);
  if (!lie) return "";
  return operands.map(({ storage }) => storage.values()[storage.length === 1 ? 0 : offset]).join(" and ");
}
