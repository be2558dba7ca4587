import type { Gradient } from "../autograd/gradient.js";
import type { Node } from "../autograd/node.js";
import type { AnomalyError } from "../errors.js";
import type { Pass } from "../nn/recurrent/pass.js";
import type { Tensor } from "../tensor/tensor.js";
import { explainBackward } from "./backward.js";
import type { Names } from "./names.js";
import { anomaly, valuesThere } from "./results.js";
import { showPlace } from "./values.js";

/** What to say of the gradient that an operation has computed for its input `index`, and which is not finite at `offset`. */
export function explainGradient(node: Node, index: number, gradient: Gradient, offset: number, names: Names): AnomalyError {
  const input = node.recording?.inputs[index];
  const hint = input === undefined ? RECORD_TOO : hintOf(node, input, offset);
  return (
    explainInside(node, names) ??
    anomaly(`the gradient that ${node.name} gives ${nameOf(node, index, names)}`, placeOf(gradient, offset, input), hint)
  );
}

/** What to say of the gradient of a leaf, input `index` of an operation, which is not finite since that has added to it. */
export function explainSum(node: Node, index: number, sum: Gradient, offset: number, names: Names): AnomalyError {
  const input = node.recording?.inputs[index];
  const what = `the gradient of ${nameOf(node, index, names)}, to which ${node.name} has added,`;
  return (
    explainInside(node, names) ?? anomaly(what, placeOf(sum, offset, input), input === undefined ? RECORD_TOO : "before that it was finite")
  );
}

const RECORD_TOO = "run what computes it in detectAnomaly too, and it can tell more";

function explainInside({ recording, arrived }: Node, names: Names): AnomalyError | undefined {
  return recording?.subject === undefined ? undefined : explainBackward(recording.subject as Pass, arrived, names);
}

function placeOf(gradient: Gradient, offset: number, input: Tensor | undefined): string {
  const value = gradient[offset] as number;
  return input === undefined ? `${value} at element ${offset}` : showPlace(value, offset, input.shape);
}

function nameOf({ recording }: Node, index: number, names: Names): string {
  const input = recording?.inputs[index];
  if (input === undefined) return `its input ${index}`;
  const pass = recording?.subject as Pass | undefined;
  const parameter = pass === undefined ? -1 : pass.parameters.indexOf(input);
  if (pass !== undefined && parameter >= 0) return names.parameter(pass, parameter);
  return names.knows(input) ? names.leaf(input) : `its input ${index}`;
}

/** What the operation has read at this place, if everything has the shape of the input. */
function hintOf(node: Node, input: Tensor, offset: number): string {
  const arrived = node.arrived.length === 1 ? node.arrived[0] : null;
  const inputs = node.recording?.inputs ?? [];
  const there = valuesThere(inputs, input, offset);
  const finite = "the gradient of its result is finite";
  if (!arrived || there === "" || (arrived.length !== input.storage.length && arrived.length !== 1)) return finite;
  const upstream = arrived[arrived.length === 1 ? 0 : offset];
  return `${finite}: ${upstream} there, and its ${inputs.length === 1 ? "input" : "inputs"} ${there}`;
}
