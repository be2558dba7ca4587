import { valuesOf } from "../../autograd/gradient.js";
import { type GateName, gatesOfPass, type RunTrace } from "../../nn/recurrent/gates.js";
import type { StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass, Results } from "../../nn/recurrent/pass.js";
import { directions, TABLE_WIDTH } from "../../nn/recurrent/sizes.js";
import type { Tensor } from "../../tensor/tensor.js";
import { layerLabel } from "../label.js";
import { gradientValues } from "./gradient-values.js";
import { gateNames } from "./parameters.js";

/** Where the first value or gradient is that is NaN or infinite, inside a recurrent module. */
export interface NonFinite {
  readonly phase: "forward" | "backward";
  readonly module: string;
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  readonly step: number;
  /** Forward: the gate, or the state c or h if all gates are finite. Backward: the one gate in whose parameters it is; null if it is in several. */
  readonly gate: GateName | "c" | null;
  /** One sentence. */
  readonly text: string;
}

/** Whether a value is not finite. x − x is 0, unless x is not finite: without a call, because all states come by. */
export function hasNonFinite(values: ArrayLike<number>): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value - value !== 0) return true;
  }
  return false;
}

/** Whether a pass has made something that is not finite: the final states of RNN, LSTM and GRU do not get rid of it, unless they are reset. */
export function endsNonFinite({ hn, cn }: Results): boolean {
  return hasNonFinite(hn.storage.values()) || (cn !== undefined && hasNonFinite(cn.storage.values()));
}

/** The same of all outputs, also of those whose states were reset later. */
export function isNonFinite(results: Results): boolean {
  return endsNonFinite(results) || hasNonFinite(results.output.storage.values());
}

/**
 * The first value of a pass that is not finite, as forward goes: layer by layer, direction by direction, step by step; of a row the gates first, in the
 * order of PyTorch's rows, then c, then h.
 *
 * @param start the step that the pass begins with
 */
export function findInForward(pass: Pass, module: string, start: number): NonFinite | undefined {
  for (const trace of gatesOfPass(pass)) {
    const arrays = arraysOf(pass, trace);
    if (!arrays.some(({ values }) => hasNonFinite(values))) continue;
    const { offsets, steps } = pass.layout;
    for (let k = 0; k < steps; k++) {
      const t = trace.direction === 0 ? k : steps - 1 - k;
      const rows = [offsets[t], offsets[t + 1]] as [number, number];
      const found = findInRows(arrays, rows);
      if (found !== undefined) return describe(pass, trace, module, { ...found, t, row: found.row - rows[0] }, start);
    }
  }
  return undefined;
}

interface Named {
  readonly name: GateName | "c";
  readonly values: Float32Array;
  readonly width: number;
}

function arraysOf({ network }: Pass, { gates, h, c }: RunTrace): Named[] {
  const width = network.sizes.hiddenSize;
  const all: Named[] = Array.from(gates, ([name, values]) => ({ name, values, width }));
  if (c !== undefined) all.push({ name: "c", values: c, width });
  return [...all, { name: "h", values: h, width: network.output }];
}

function findInRows(arrays: readonly Named[], [first, end]: readonly [number, number]) {
  for (let row = first; row < end; row++) {
    for (const { name, values, width } of arrays) {
      for (let unit = 0; unit < width; unit++) {
        const value = values[row * width + unit] as number;
        if (value - value !== 0) return { name, row, unit, value };
      }
    }
  }
  return undefined;
}

type Place = NonNullable<ReturnType<typeof findInRows>> & { readonly t: number };

function describe(
  pass: Pass,
  { layer, direction }: RunTrace,
  module: string,
  { name, row, unit, value, t }: Place,
  start: number,
): NonFinite {
  const several = name === "c" || name === "h";
  const place = `${several ? "the state" : "gate"} ${name} of ${runName(pass, module, layer, direction)}`;
  const where = `${place} is ${value} at step ${start + t} (row ${row} of the batch, unit ${unit})${because(pass, module)}`;
  return {
    ...({ phase: "forward", module, layer, step: start + t, gate: name, text: where } as const),
    direction: direction === 0 ? "forward" : "reverse",
  };
}

function runName({ name: type }: Pass, module: string, layer: number, direction: number): string {
  return layerLabel({ module, type, layer, direction: direction === 0 ? "forward" : "reverse" });
}

function because(pass: Pass, module: string): string {
  const cause = causeIn(pass, module);
  return cause === undefined ? "" : `, as ${cause} is not finite`;
}

/** What a pass reads that is not finite. */
function causeIn({ input, h0, c0, parameters, network }: Pass, module: string): string | undefined {
  const given = Object.entries({ input, h0, c0 }).find(([, tensor]) => tensor !== undefined && hasNonFinite(tensor.storage.values()));
  if (given !== undefined) return given[0] === "input" ? "its input" : given[0];
  const index = parameters.findIndex(({ storage }) => hasNonFinite(storage.values()));
  return index < 0 ? undefined : `parameter ${module}.${network.slots[index]?.name}`;
}

/** Whether a pass reads what is not finite: gates that are at an end make finite states of it, but backward makes NaN. */
export function readsNonFinite(pass: Pass): boolean {
  return causeIn(pass, "") !== undefined;
}

/** The first gradient of a state that is not finite, as backward goes: from the last layer, and each direction's last step. */
export function findInBackward(gradients: StateGradients, module: string, start: number): NonFinite | undefined {
  const { pass, h, c, arrived } = gradients;
  const { runs, sizes } = pass.network;
  const count = directions(sizes);
  for (let layer = runs / count - 1; layer >= 0; layer--) {
    for (let direction = 0; direction < count; direction++) {
      const run = layer * count + direction;
      const t = lastNonFinite([h[run], c[run]], direction);
      if (t === undefined) continue;
      const given = arrived.some((gradient) => gradient !== null && hasNonFinite(valuesOf(gradient)));
      const from = given
        ? ": what arrives from the loss is not finite already"
        : because(pass, module) || ", while what arrives from the loss is finite: it overflows";
      const text = `the gradient of ${runName(pass, module, layer, direction)} is not finite from step ${start + t} on back${from}`;
      const side = direction === 0 ? "forward" : "reverse";
      return { phase: "backward", module, layer, direction: side, step: start + t, gate: gateWithNonFinite(pass, run), text };
    }
  }
  return undefined;
}

/** The step that backward comes to first of those at which a norm is not finite. */
function lastNonFinite(norms: readonly (Float64Array | undefined)[], direction: number): number | undefined {
  const steps = norms[0]?.length ?? 0;
  for (let k = 0; k < steps; k++) {
    const t = direction === 0 ? steps - 1 - k : k;
    if (norms.some((each) => each !== undefined && !Number.isFinite(each[t]))) return t;
  }
  return undefined;
}

/** The gate in the rows of whose parameters a gradient is not finite, if it is one alone. */
export function gateWithNonFinite({ network, parameters }: Pass, run: number): GateName | null {
  const gates = gateNames(network);
  const found = new Set<GateName>();
  for (const [index, parameter] of parameters.entries()) {
    const { position } = network.slots[index] as Pass["network"]["slots"][number];
    if (Math.floor(position / TABLE_WIDTH) === run && position % TABLE_WIDTH < 4)
      for (const gate of gatesIn(parameter, gates)) found.add(gate);
  }
  return found.size === 1 ? ([...found][0] as GateName) : null;
}

function gatesIn(parameter: Tensor, gates: readonly GateName[]): GateName[] {
  const values = gradientValues(parameter);
  if (values === undefined) return [];
  const part = values.length / gates.length;
  return gates.filter((_, at) => hasNonFinite(values.subarray(at * part, (at + 1) * part)));
}
