import { core } from "../../wasm/core.js";
import type { Layout } from "./layout.js";
import type { Network } from "./network.js";

/** How large the gradients of the states were in one pass of backward. */
export interface StateGradients {
  /** The module's name, `LSTM`. */
  readonly name: string;
  readonly network: Network;
  readonly layout: Layout;
  /** `[layer·D + direction][t]` ‖∂L/∂h_t‖, over all sequences that have the step, and all units. */
  readonly h: readonly Float64Array[];
  /** The same of ‖∂L/∂c_t‖; empty but for the LSTM. */
  readonly c: readonly Float64Array[];
}

let observer: ((gradients: StateGradients) => void) | null = null;

/** Whether somebody wants to know. */
export function isObserved(): boolean {
  return observer !== null;
}

/**
 * Runs `fn`, and calls `see` for every pass of RNN, LSTM and GRU whose backward runs in it, last pass first: the norms come out of the fused
 * backward itself. May be nested; the inner one sees.
 */
export function observeStateGradients<R>(see: (gradients: StateGradients) => void, fn: () => R): R {
  const outer = observer;
  observer = see;
  try {
    return fn();
  } finally {
    observer = outer;
  }
}

/** Tells of a pass; `squares` points to `[runs, T, 2]` doubles in the core. */
export function report(pass: { name: string; network: Network; layout: Layout; cellShape: unknown }, squares: number): void {
  const { name, network, layout } = pass;
  const { steps } = layout;
  const values = new Float64Array(core().memory.buffer, squares, 2 * network.runs * steps);
  const norms = (part: number) =>
    Array.from({ length: network.runs }, (_, run) => {
      return Float64Array.from({ length: steps }, (_, t) => Math.sqrt(values[2 * (run * steps + t) + part] as number));
    });
  observer?.({ name, network, layout, h: norms(0), c: pass.cellShape === undefined ? [] : norms(1) });
}
