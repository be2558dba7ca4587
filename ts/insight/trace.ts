import { requireSynchronous } from "../autograd/mode.js";
import { foreignHint } from "../copies.js";
import { complaint, OptionError, show } from "../errors.js";
import { Module } from "../nn/module.js";
import { checkInteger, checkOptions } from "../options.js";
import { table } from "../print.js";
import { jsonOf } from "./bptt/json.js";
import { short } from "./bptt/numbers.js";
import { type LayerTrace, recordPasses } from "./layer-trace.js";
import { drawTrace } from "./render/trace.js";

export interface TraceSVGOptions {
  /** Which of `layers`. @default 0 */
  readonly layer?: number;
  /** Which sequence of the batch. @default 0 */
  readonly sequence?: number;
  /** Which units, in this order. @default all */
  readonly units?: readonly number[];
}

/** What `trace` saw: gates and states of every layer and direction at every step. */
export class Trace<R = unknown> {
  static readonly name: string = "Trace";

  /** Every layer and direction of every recurrent module that ran, in the order in which they did. */
  readonly layers: readonly LayerTrace[];
  /** What the model gave. */
  readonly output: R;

  /** @internal */
  constructor(layers: readonly LayerTrace[], output: R) {
    this.layers = layers;
    this.output = output;
  }

  /** Heat maps, time × unit, of all gates and states of one layer and direction, for one sequence: an SVG file's text. */
  toSVG(options?: TraceSVGOptions): string {
    const where = "Trace.toSVG";
    const { layer, sequence, units } = checkOptions<Required<Omit<TraceSVGOptions, "units">> & { units: readonly number[] | undefined }>(
      where,
      options,
      {
        layer: 0,
        sequence: 0,
        units: undefined,
      },
    );
    const chosen = this.layers[checkInteger(where, "layer", layer, { min: 0, max: this.layers.length - 1 })] as LayerTrace;
    checkInteger(where, "sequence", sequence, { min: 0, max: chosen.shape[1] - 1 });
    if (units !== undefined) checkUnits(where, units, chosen);
    return drawTrace(chosen, sequence, units);
  }

  /** Names, shapes and all values as what JSON can hold: arrays of numbers, in which `"NaN"`, `"Infinity"` and `"-Infinity"` are strings. */
  toJSON(): object {
    return jsonOf({ layers: this.layers }) as object;
  }

  /** A table: the mean of each gate and the mean magnitude of the states of each layer and direction. */
  toString(): string {
    const used = GATES.filter((gate) => this.layers.some(({ gates }) => gates[gate] !== undefined));
    const head = ["", "steps", "batch", "units", ...used.map((gate) => `mean ${gate}`), "mean |h|", "mean |c|"];
    const rows = this.layers.map((layer) => {
      const gates = used.map((gate) => mean(layer, layer.gates[gate], false));
      return [layer.name, ...layer.shape.map(String), ...gates, mean(layer, layer.h, true), mean(layer, layer.c, true)];
    });
    return ["Trace", ...table(head, rows, ["left"])].join("\n");
  }

  /** @internal What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Those of all arrays: with a projection h has fewer units than the gates. */
function checkUnits(where: string, units: readonly number[], { shape: [steps, batch, hidden], h }: LayerTrace): void {
  if (!Array.isArray(units) || units.length === 0) throw new OptionError(complaint(where, "units", "an array of indices", show(units)));
  const most = Math.min(hidden, h.length / Math.max(1, steps * batch) || hidden);
  for (const [at, unit] of units.entries()) checkInteger(where, `units[${at}]`, unit, { min: 0, max: most - 1 });
}

const GATES = ["i", "f", "g", "o", "r", "z", "n"] as const;

/** Over the steps that the sequences have. */
function mean({ shape: [steps, batch], lengths }: LayerTrace, values: Float32Array | undefined, magnitude: boolean): string {
  if (values === undefined || values.length === 0) return "";
  const width = values.length / (steps * batch);
  let [sum, count] = [0, 0];
  for (let row = 0; row < steps * batch; row++) {
    if (Math.floor(row / batch) >= (lengths[row % batch] as number)) continue;
    for (const value of values.subarray(row * width, (row + 1) * width)) sum += magnitude ? Math.abs(value) : value;
    count += width;
  }
  return count === 0 ? "" : short(sum / count);
}

/** A module that can be run. */
export type Runnable = Module & { forward(...input: never[]): unknown };

/**
 * Runs the model, and keeps the gates and states of every RNN, LSTM and GRU in it, and of their cells, for every step.
 *
 * No gradient is recorded, `training` stays as it is (call `eval()` first to see it without dropout), and the default generator is afterwards as it was.
 * It takes about twice the time of a forward pass. Calls of a cell count as the steps of one sequence, which begins anew where no state is given; so do calls of a module in one direction that is given the
 * state it gave; other calls are layers of their own.
 *
 * @param model what to run, or a function that runs it
 * @param input what the model's `forward` takes; after a function, the model, from which the names are
 *
 * @example
 * const seen = trace(model, tokens);
 * seen.layers[0].gates.f;              // [T, N, H], time first
 * await writeFile("gates.svg", seen.toSVG({ layer: 0, sequence: 0 }));
 */
export function trace<M extends Runnable>(model: M, ...input: Partial<Parameters<M["forward"]>>): Trace<ReturnType<M["forward"]>>;
export function trace<R>(run: () => R, model?: Module): Trace<R>;
export function trace(model: Runnable | (() => unknown), ...input: unknown[]): Trace {
  const [run, names] = runnable(model, input);
  const { output, layers } = recordPasses("trace", run, names);
  if (layers.length > 0) return new Trace(layers, output);
  throw new OptionError(complaint("trace", "the model", "one that runs an RNN, LSTM, GRU or a cell of one", "one that ran none"));
}

function runnable(model: Runnable | (() => unknown), input: unknown[]): [() => unknown, Module | undefined] {
  if (model instanceof Module) {
    if (typeof model.forward !== "function")
      throw new OptionError(complaint("trace", "model", "a module with forward", `a ${model.constructor.name}`));
    const forward = model.forward as (...input: unknown[]) => unknown;
    return [() => forward.call(model, ...input), model];
  }
  if (typeof model !== "function")
    throw new OptionError(complaint("trace", "model", "a module or a function", show(model), foreignHint(model)));
  requireSynchronous("trace", "model", model);
  const [names] = input;
  if (names !== undefined && !(names instanceof Module)) throw new OptionError(complaint("trace", "model", "a module", show(names)));
  return [model, names];
}
