import { runInMode } from "../autograd/mode.js";
import type { Module } from "../nn/module.js";
import { CellModule } from "../nn/recurrent/cell.js";
import { type GateName, gatesOfPass, type RunTrace } from "../nn/recurrent/gates.js";
import type { Layout } from "../nn/recurrent/layout.js";
import { observePasses, unobserved } from "../nn/recurrent/observe.js";
import type { Pass, Results } from "../nn/recurrent/pass.js";
import { directions } from "../nn/recurrent/sizes.js";
import { lengthsInOrder } from "../nn/utils/rnn/lengths.js";
import { invertPermutation } from "../nn/utils/rnn/packed-sequence.js";
import { defaultGenerator } from "../random/generator.js";
import type { Storage } from "../tensor/storage.js";
import { layerLabel } from "./label.js";

/** The gates and states of one layer and direction of one module. */
export interface LayerTrace {
  /** `encoder.rnn l1 reverse, call 2`: the module, as the model names it, layer and direction, and which of its calls if there are several. */
  readonly name: string;
  /** `LSTM`, `GRU`, `RNN`, or the cell of one. */
  readonly kind: string;
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  /** `[T, N, H]`: what the arrays of the gates are, time first however the input lay. */
  readonly shape: readonly [steps: number, batch: number, hidden: number];
  /** How many of the steps each sequence has; behind them the arrays have zeros. */
  readonly lengths: readonly number[];
  /** `[T, N, H]` the activated gates: i f g o of an LSTM, r z n of a GRU, none of an RNN, whose activation is its state. */
  readonly gates: { readonly [gate in GateName]?: Float32Array };
  /** `[T, N, Hout]` the hidden state after every step; Hout is projSize if there is one, else H. */
  readonly h: Float32Array;
  /** `[T, N, H]` the cell state after every step, of an LSTM. */
  readonly c?: Float32Array;
}

/** Arrays of the same kind from one pass after the other. */
type Parts = Map<GateName | "state" | "cell", Float32Array[]>;

/** One layer and direction while it is watched: one pass of a whole sequence, or several that continue each other. */
class Recording {
  readonly #pass: Pass;
  readonly #trace: RunTrace;
  readonly #parts: Parts = new Map();
  #steps = 0;

  constructor(pass: Pass, trace: RunTrace) {
    this.#pass = pass;
    this.#trace = trace;
  }

  add({ layout, order, network }: Pass, { gates, h, c }: RunTrace): void {
    const { hiddenSize } = network.sizes;
    // What an RNN's gate is called is its state.
    if (gates.size > 1) for (const [gate, values] of gates) this.#put(gate, padRows(values, layout, order, hiddenSize));
    this.#put("state", padRows(h, layout, order, network.output));
    if (c !== undefined) this.#put("cell", padRows(c, layout, order, hiddenSize));
    this.#steps += layout.steps;
  }

  #put(what: GateName | "state" | "cell", values: Float32Array): void {
    const parts = this.#parts.get(what);
    if (parts === undefined) this.#parts.set(what, [values]);
    else parts.push(values);
  }

  finish(name: string, call: number): LayerTrace {
    const { layout, order, network } = this.#pass;
    const { layer, direction } = this.#trace;
    const joined = new Map(Array.from(this.#parts, ([what, parts]) => [what, join(parts)]));
    const c = joined.get("cell");
    const isGate = ([what]: readonly [string, Float32Array]) => what !== "state" && what !== "cell";
    const place = { layer, direction: direction === 0 ? "forward" : "reverse" } as const;
    return {
      name: layerLabel({ module: name, type: this.#pass.name, ...place, call }),
      kind: this.#pass.name,
      ...place,
      shape: [this.#steps, layout.batch, network.sizes.hiddenSize],
      lengths: isEven(layout) ? new Array<number>(layout.batch).fill(this.#steps) : lengthsOf(layout, order),
      gates: Object.fromEntries([...joined].filter(isGate)),
      h: joined.get("state") as Float32Array,
      ...(c && { c }),
    };
  }
}

/** A module's passes that continue each other. */
interface Thread {
  readonly pass: Pass;
  readonly call: number;
  readonly runs: readonly Recording[];
  last: Storage;
}

/** Watches passes, and keeps their gates and states. */
class Recorder {
  readonly threads: Thread[] = [];
  readonly #current = new Map<object, Thread>();

  see(pass: Pass, results: Results): void {
    const traces = gatesOfPass(pass);
    let thread = this.#current.get(pass.owner);
    if (thread === undefined || !continues(pass, thread)) {
      const runs = traces.map((trace) => new Recording(pass, trace));
      thread = { pass, call: thread === undefined ? 0 : thread.call + 1, runs, last: results.hn.storage };
      this.#current.set(pass.owner, thread);
      this.threads.push(thread);
    }
    for (const [run, trace] of traces.entries()) thread.runs[run]?.add(pass, trace);
    thread.last = results.hn.storage;
  }
}

/** Calls of a cell that is given a state go on with its sequence; so do the calls of a module that is given the state it gave, in one direction. */
function continues({ layout, network, h0, owner }: Pass, { pass, last }: Thread): boolean {
  if (layout.batch !== pass.layout.batch || !isEven(layout) || !isEven(pass.layout)) return false;
  if (owner instanceof CellModule) return h0 !== undefined;
  return directions(network.sizes) === 1 && h0?.storage === last;
}

/**
 * Runs `fn` without recording gradients, and keeps the gates and states of all RNN, LSTM, GRU and their cells in it, in the order of their first passes.
 * The default generator is as it was afterwards. Every pass is made twice.
 *
 * @param model where the modules' names are from
 */
export function recordPasses<R>(
  where: string,
  fn: () => R,
  model: Module | undefined,
): { readonly output: R; readonly layers: LayerTrace[] } {
  const generator = defaultGenerator();
  const state = generator.getState();
  const recorder = new Recorder();
  try {
    const see = (pass: Pass, results: Results) => recorder.see(pass, results);
    const output = unobserved(() => runInMode(false, where, "the model", () => observePasses(see, fn)));
    const names = new Map(model?.namedModules().map(([name, module]) => [module as object, name]));
    const layers = recorder.threads.flatMap(({ pass, call, runs }) => {
      const name = names.get(pass.owner) || pass.name;
      return runs.map((run) => run.finish(name, call));
    });
    return { output, layers };
  } finally {
    generator.setState(state);
  }
}

function isEven({ steps, batch, rows }: Layout): boolean {
  return rows === steps * batch;
}

/** `[rows, width]` → `[T, N, width]` in the caller's order, zeros where a sequence has no step. */
function padRows(rows: Float32Array, { steps, batch, offsets }: Layout, order: readonly number[] | null, width: number): Float32Array {
  const padded = new Float32Array(steps * batch * width);
  for (let t = 0; t < steps; t++) {
    const first = offsets[t] as number;
    const count = (offsets[t + 1] as number) - first;
    for (let place = 0; place < count; place++) {
      const source = (first + place) * width;
      padded.set(rows.subarray(source, source + width), (t * batch + (order?.[place] ?? place)) * width);
    }
  }
  return padded;
}

/** How many steps each sequence has, in the caller's order. */
function lengthsOf({ steps, batch, offsets }: Layout, order: readonly number[] | null): number[] {
  const sizes = Array.from({ length: steps }, (_, t) => (offsets[t + 1] as number) - (offsets[t] as number));
  return lengthsInOrder(sizes, batch, order && invertPermutation(order));
}

function join(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array;
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
