import type { Gradient } from "../autograd/gradient.js";
import { runInMode } from "../autograd/mode.js";
import { addTo } from "../autograd/node.js";
import type { AnomalyError } from "../errors.js";
import type { Pass } from "../nn/recurrent/pass.js";
import { directions } from "../nn/recurrent/sizes.js";
import { newFloats } from "../tensor/dtype.js";
import { makeTensor, type Tensor } from "../tensor/tensor.js";
import { placeInParameter, whereIn } from "./forward.js";
import type { Names } from "./names.js";
import { anomaly } from "./results.js";
import { firstNonFinite } from "./values.js";
import { clearReset, joinDirections, makeRun, masked, packRows, type Run, type Span, type Step, spansOf, takeStep, walk } from "./walk.js";

/** What goes back through one layer and direction. */
interface Flow {
  /** `[N, Hout]`, `[N, H]`: gradients of the states, from the steps after. */
  readonly dh: Float32Array;
  readonly dc: Float32Array | undefined;
  /** `[R, D·Hout]`: gradients of the layer's outputs. */
  readonly dy: Float32Array;
  /** `[R, Hout]` and `[R, H]`: those of the states after every step, as far as there are any. */
  readonly states: readonly (Gradient | null | undefined)[];
  /** `[R, I]`: where those of its inputs are summed up. */
  readonly dx: Float32Array;
}

/**
 * The first gradient inside a recurrent network that is not finite, as backward goes: from the last layer, and the last step.
 *
 * @param arrived gradients of output, hn and cn
 */
export function explainBackward(pass: Pass, arrived: readonly (Gradient | null)[], names: Names): AnomalyError | undefined {
  const { sizes, output } = pass.network;
  const inputs = layerInputs(pass);
  const width = directions(sizes) * output;
  let dy = arrived[0] ? packRows(arrived[0], pass.layout, width) : newFloats(pass.layout.rows * width);
  for (let layer = sizes.numLayers - 1; layer >= 0; layer--) {
    const rows = inputs[layer] as Float32Array;
    const dx = newFloats(rows.length);
    for (let direction = 0; direction < directions(sizes); direction++) {
      const found = walkBack(
        makeRun(pass, layer, direction, true),
        rows,
        { ...stateGradients(pass, layer, direction, arrived), dy, dx },
        names,
      );
      if (found !== undefined) return found;
    }
    dy = layer === 0 ? dx : masked(pass, layer - 1, dx);
  }
  return undefined;
}

/** What each layer has read. */
function layerInputs(pass: Pass): Float32Array[] {
  const { sizes } = pass.network;
  const inputs = [packRows(pass.input.storage.values() as Float32Array, pass.layout, sizes.inputSize)];
  for (let layer = 0; layer + 1 < sizes.numLayers; layer++) {
    const runs = Array.from({ length: directions(sizes) }, (_, direction) => makeRun(pass, layer, direction, false));
    const walks = runs.map((run) => walk(run, inputs[layer] as Float32Array));
    inputs.push(joinDirections(walks, runs[0] as Run));
  }
  return inputs;
}

function stateGradients(
  pass: Pass,
  layer: number,
  direction: number,
  arrived: readonly (Gradient | null)[],
): Pick<Flow, "dh" | "dc" | "states"> {
  const { sizes, output } = pass.network;
  const run = layer * directions(sizes) + direction;
  const slice = (gradient: Gradient | null | undefined, width: number) => {
    const size = pass.layout.batch * width;
    return gradient ? gradient.slice(run * size, (run + 1) * size) : newFloats(size);
  };
  const hasCell = pass.cellShape !== undefined;
  const after = (pass.returnStates === undefined ? [] : arrived.slice(hasCell ? 3 : 2)) as Flow["states"];
  return {
    dh: slice(arrived[1], output),
    dc: hasCell ? slice(arrived[2], sizes.hiddenSize) : undefined,
    states: [after[run], after[pass.network.runs + run]],
  };
}

function walkBack(run: Run, rows: Float32Array, flow: Flow, names: Names): AnomalyError | undefined {
  const { steps } = walk(run, rows);
  for (const span of spansOf(run.pass.layout, run.direction).reverse()) {
    addOutputs(run, span, flow);
    const found =
      lookAt(`the gradient of h after step ${span.t} of ${whereIn(run, names)}`, flow.dh, run.network.output) ??
      stepBack(run, span, steps[span.t] as Step, flow, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Adds the gradients of a step's outputs to those of its states. */
function addOutputs({ network, pass, direction }: Run, { first, count }: Span, { dh, dc, dy, states: [h, c] }: Flow): void {
  const { output } = network;
  const { hiddenSize } = network.sizes;
  if (h) addTo(dh.subarray(0, count * output), h.subarray(first * output));
  if (c && dc !== undefined) addTo(dc.subarray(0, count * hiddenSize), c.subarray(first * hiddenSize));
  const width = directions(pass.network.sizes) * output;
  for (let row = 0; row < count; row++) {
    for (let unit = 0; unit < output; unit++) {
      const at = row * output + unit;
      dh[at] = (dh[at] as number) + (dy[(first + row) * width + direction * output + unit] as number);
    }
  }
}

/** One step back: the gradients of parameters, summed up over the steps so far, of the input, and of the states before. */
function stepBack(run: Run, span: Span, step: Step, { dh, dc, dx }: Flow, names: Names): AnomalyError | undefined {
  const { t, first, count } = span;
  const { inputSize, hiddenSize } = run.network.sizes;
  const leaves = [step.x, step.h, ...(step.c === undefined ? [] : [step.c])].map((tensor) => tensor.detach().requiresGrad_());
  const [x, h, c] = leaves as [Tensor, Tensor, Tensor | undefined];
  runInMode(true, "detectAnomaly", "fn", () => backwardOf(run, { count, x, h, c }, dh, dc));
  const [gx, gh, gc] = leaves.map(({ grad }) => grad?.storage.values() as Float32Array);
  const place = `step ${t} of ${whereIn(run, names)}`;
  const found =
    inParameters(run, `at step ${t}, going back`, names) ??
    lookAt(`the gradient of the input of ${place}`, gx as Float32Array, inputSize, "feature") ??
    lookAt(`the gradient of h before ${place}`, gh as Float32Array, run.network.output) ??
    (gc === undefined ? undefined : lookAt(`the gradient of c before ${place}`, gc, hiddenSize));
  if (found !== undefined) return found;
  dh.set(gh as Float32Array);
  if (gc !== undefined) dc?.set(gc);
  clearReset(run.pass, span, dh, run.network.output);
  if (dc !== undefined) clearReset(run.pass, span, dc, hiddenSize);
  for (const [index, value] of (gx as Float32Array).entries()) {
    const at = first * inputSize + index;
    dx[at] = (dx[at] as number) + value;
  }
  return undefined;
}

/** Sends the gradients of the states back through one step. */
function backwardOf(run: Run, step: Step, dh: Float32Array, dc: Float32Array | undefined): void {
  const { hn, cn } = takeStep(run, step);
  const times = (state: Tensor, gradient: Float32Array) => state.mul(makeTensor(gradient.slice(0, state.numel()), state.shape)).sum();
  const sum = times(hn, dh);
  (cn === undefined || dc === undefined ? sum : sum.add(times(cn, dc))).backward();
}

function inParameters(run: Run, when: string, names: Names): AnomalyError | undefined {
  for (const [own, { grad, storage }] of run.parameters.entries()) {
    const values = grad?.storage.values() ?? [];
    const offset = firstNonFinite(values);
    if (offset < 0) continue;
    const index = run.pass.parameters.findIndex((parameter) => parameter.storage === storage);
    const parameter = run.parameters[own] as Tensor;
    const where = placeInParameter(run.pass, index, offset, parameter, values[offset] as number);
    return anomaly(`the gradient of ${names.parameter(run.pass, index)}`, `${where} ${when}`, AFTER);
  }
  return undefined;
}

const AFTER = "what comes from the loss and the steps after it is finite";

/** The error, if a row of gradients has one that is not finite. */
function lookAt(what: string, values: Float32Array, width: number, column = "unit"): AnomalyError | undefined {
  const offset = firstNonFinite(values);
  if (offset < 0) return undefined;
  return anomaly(`${what} batch row ${Math.floor(offset / width)}, ${column} ${offset % width},`, `${values[offset]}`, AFTER);
}
