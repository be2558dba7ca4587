import type { Recording } from "../autograd/node.js";
import type { AnomalyError } from "../errors.js";
import { showShape } from "../errors.js";
import { type Pass, savedOf } from "../nn/recurrent/pass.js";
import { CELLS, type Cell, directions, GATES, padded } from "../nn/recurrent/sizes.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Names } from "./names.js";
import { anomaly } from "./results.js";
import { firstNonFinite, indicesOf, largest, showPlace } from "./values.js";
import { joinDirections, makeRun, packRows, type Run, type Span, type Step, spansOf, stateOf, stepPass, type Walk, walk } from "./walk.js";

/** The gate that a row of a weight or a bias belongs to, if there are several, and its unit. */
function gateOf(cell: Cell, row: number, hidden: number): string {
  const gate = GATES[cell][Math.floor(row / hidden)];
  return `${gate === undefined ? "" : `gate ${gate[0]}, `}unit ${row % hidden}`;
}

/** The place of an element of a parameter: its indices, and the gate and unit that they mean. */
export function placeInParameter({ network }: Pass, index: number, offset: number, parameter: Tensor, value: number): string {
  const place = showPlace(value, offset, parameter.shape);
  if (network.slots[index]?.name.startsWith("weight_hr")) return place;
  return `${place} (${gateOf(network.cell, indicesOf(offset, parameter.shape)[0] as number, network.sizes.hiddenSize)})`;
}

/** The step, the row of the batch, and the feature of an element of the input. */
export function placeInInput({ layout, network }: Pass, offset: number): string {
  const { inputSize } = network.sizes;
  const row = Math.floor(offset / inputSize);
  const span = spansOf(layout, 0).find(({ first, count }) => row < first + count) as Span;
  const [t, n] = layout.batchFirst ? [row % layout.steps, Math.floor(row / layout.steps)] : [span.t, row - span.first];
  return `step ${t}, batch row ${n}, feature ${offset % inputSize}`;
}

/** Where in a recurrent network the first value comes to be that is not finite; undefined for other operations, and if it cannot be told. */
export function explainPass(outputs: readonly Tensor[], { subject }: Recording, names: Names): AnomalyError | undefined {
  if (subject === undefined) return undefined;
  const pass = subject as Pass;
  return whatCameIn(pass, names) ?? firstInside(pass, outputs, names);
}

/** What is said of an input, a state or a parameter that is not finite. */
function whatCameIn(pass: Pass, names: Names): AnomalyError | undefined {
  const network = names.network(pass);
  const before = "no operation in detectAnomaly has made it: it came from outside";
  for (const [what, tensor] of [
    ["the input", pass.input],
    ["h0", pass.h0],
    ["c0", pass.c0],
  ] as const) {
    const offset = tensor === undefined ? -1 : firstNonFinite(tensor.storage.values());
    if (tensor === undefined || offset < 0) continue;
    const place = showPlace(tensor.storage.values()[offset] as number, offset, tensor.shape);
    const meaning = what === "the input" ? placeInInput(pass, offset) : `of ${showShape(tensor.shape)}`;
    return anomaly(`${what} of ${network}`, `${place} (${meaning})`, before);
  }
  for (const [index, parameter] of pass.parameters.entries()) {
    const values = parameter.storage.values();
    const offset = firstNonFinite(values);
    if (offset >= 0)
      return anomaly(names.parameter(pass, index), placeInParameter(pass, index, offset, parameter, values[offset] as number));
  }
  return undefined;
}

/** Layer after layer, direction after direction, step after step, as the core goes. */
function firstInside(pass: Pass, outputs: readonly Tensor[], names: Names): AnomalyError | undefined {
  const { sizes } = pass.network;
  let rows = packRows(pass.input.storage.values() as Float32Array, pass.layout, sizes.inputSize);
  for (let layer = 0; layer < sizes.numLayers; layer++) {
    const walks: Walk[] = [];
    let run: Run | undefined;
    for (let direction = 0; direction < directions(sizes); direction++) {
      run = makeRun(pass, layer, direction, false);
      const walked = walk(run, rows);
      // Another computation than the pass would find another place: none is better.
      if (!isSame(walked.h, stateOf(run, outputs[1], pass.network.output))) return undefined;
      const found = firstOfWalk(run, walked, names);
      if (found !== undefined) return found;
      walks.push(walked);
    }
    rows = joinDirections(walks, run as Run);
  }
  return undefined;
}

/** The same bits; any NaN is the same as any other. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, index) => Object.is(value, b[index]));
}

function firstOfWalk(run: Run, { steps, outputs, cells }: Walk, names: Names): AnomalyError | undefined {
  const { output, sizes } = run.network;
  for (const { t, first, count } of spansOf(run.pass.layout, run.direction)) {
    const h = outputs.subarray(first * output, (first + count) * output);
    const c = cells.subarray(first * sizes.hiddenSize, (first + count) * sizes.hiddenSize);
    const [inH, inC] = [firstNonFinite(h), cells.length === 0 ? -1 : firstNonFinite(c)];
    if (inH < 0 && inC < 0) continue;
    const [hRow, cRow] = [inH < 0 ? count : Math.floor(inH / output), inC < 0 ? count : Math.floor(inC / sizes.hiddenSize)];
    const row = Math.min(hRow, cRow);
    // The cell state is computed first.
    const [what, unit, value] = cRow === row ? ["cell state c", inC % sizes.hiddenSize, c[inC]] : ["state h", inH % output, h[inH]];
    const step = steps[t] as Step;
    const gate = gateInRow(run, step, row);
    const place = `${whereIn(run, names)} at step ${t}, batch row ${row}, unit ${gate?.unit ?? unit}`;
    return anomaly(
      `${gate === undefined ? `the ${what}` : `gate ${gate.name}`} of ${place}`,
      `${gate?.value ?? value}`,
      cause(run, step, row),
    );
  }
  return undefined;
}

/** `LSTM layer 1`, `LSTM rnn, layer 1, reverse`. */
export function whereIn({ pass, layer, direction }: Run, names: Names): string {
  return `${names.network(pass)}, layer ${layer}${direction === 1 ? ", reverse" : ""},`;
}

/** The first gate of a step that is not finite in a row of the batch, if it is a gate and not the state. */
function gateInRow(run: Run, step: Step, row: number): { name: string; unit: number; value: number } | undefined {
  const { cell, sizes } = run.network;
  const units = padded(sizes.hiddenSize);
  const gates = savedOf(stepPass(run, step)).saved;
  for (const [name, slot] of GATES[cell]) {
    const start = (row * CELLS[cell].slots + slot) * units;
    const values = gates.subarray(start, start + sizes.hiddenSize);
    const unit = firstNonFinite(values);
    if (unit >= 0) return { name, unit, value: values[unit] as number };
  }
  return undefined;
}

/** Why, as far as it can be said: how large what went into the step is. */
function cause({ parameters, network }: Run, { x, h, c, count }: Step, row: number): string {
  const size = (tensor: Tensor) => {
    const width = tensor.storage.length / count;
    return Number(largest(tensor.storage.values().subarray(row * width, (row + 1) * width)).toPrecision(3));
  };
  const weights = Number(Math.max(...parameters.map(({ storage }) => largest(storage.values()))).toPrecision(3));
  const cells = c === undefined ? "" : `, c (up to ${size(c)})`;
  const overflow = network.sizes.projSize > 0 ? "a product or a projection" : "a product or a sum";
  return `its x (up to ${size(x)}), h (up to ${size(h)})${cells} and parameters (up to ${weights}) are finite: ${overflow} of them is not`;
}
