import type { AnyGradient } from "../../autograd/gradient.js";
import { core } from "../../wasm/core.js";
import type { Pass, Results } from "./pass.js";

/** How large the gradients of the states were in one pass of backward. */
export interface StateGradients {
  readonly pass: Pass;
  /** The gradients of the pass's results, null where none has arrived: output, hn, cn if there is one, the states after every step if they were wanted. */
  readonly arrived: readonly (AnyGradient | null)[];
  /** `[layer·D + direction][t]` ‖∂L/∂h_t‖, over all sequences that have the step, and all units. */
  readonly h: readonly Float64Array[];
  /** The same of ‖∂L/∂c_t‖; empty but for the LSTM. */
  readonly c: readonly Float64Array[];
}

/** Who is told: what it returns is nobody's business. */
export type See<T extends readonly unknown[]> = (...what: T) => void;

/** Who sees what is meant for no one. */
function nobody(): void {}

/** Those who want to know of something: some for as long as they like, or one alone while a function runs. */
export class Observers<T extends readonly unknown[]> {
  readonly #lasting = new Set<See<T>>();
  #alone: See<T> | null = null;

  get any(): boolean {
    return this.#alone === null ? this.#lasting.size > 0 : this.#alone !== nobody;
  }

  tell(...what: T): void {
    if (this.#alone !== null) this.#alone(...what);
    else for (const see of this.#lasting) see(...what);
  }

  /** From now on, until `remove`. */
  add(see: See<T>): void {
    this.#lasting.add(see);
  }

  remove(see: See<T>): void {
    this.#lasting.delete(see);
  }

  /** While `fn` runs; nobody else sees what happens in it. May be nested; the inner one sees. */
  during<R>(see: See<T>, fn: () => R): R {
    const outer = this.#alone;
    this.#alone = see;
    try {
      return fn();
    } finally {
      this.#alone = outer;
    }
  }
}

/** Of every forward pass of RNN, LSTM, GRU and their cells, with what it gives. */
export const passes: Observers<[pass: Pass, results: Results]> = new Observers();
/** Of every backward pass, when the gradients of its parameters are there. */
export const backwards: Observers<[pass: Pass, arrived: StateGradients["arrived"]]> = new Observers();
/** Of every backward pass, last pass first: the norms come out of the fused backward itself. */
export const stateGradients: Observers<[gradients: StateGradients]> = new Observers();

/** Runs `fn`, and calls `see` for every forward pass of RNN, LSTM, GRU and their cells in it. May be nested; the inner one sees. */
export function observePasses<R>(see: See<[pass: Pass, results: Results]>, fn: () => R): R {
  return passes.during(see, fn);
}

/** Runs `fn`, and calls `see` for every backward pass of them in it, last pass first. May be nested; the inner one sees. */
export function observeStateGradients<R>(see: See<[gradients: StateGradients]>, fn: () => R): R {
  return stateGradients.during(see, fn);
}

/** Runs `fn`, in which nobody sees anything, unless `fn` itself looks: those who look on while a model trains do not see what else is done with it. */
export function unobserved<R>(fn: () => R): R {
  return passes.during(nobody, () => backwards.during(nobody, () => stateGradients.during(nobody, fn)));
}

/** Tells of a backward pass; `squares` points to `[runs, T, 2]` doubles in the core. */
export function report(pass: Pass, squares: number, arrived: StateGradients["arrived"]): void {
  const { runs } = pass.network;
  const { steps } = pass.layout;
  const values = new Float64Array(core().memory.buffer, squares, 2 * runs * steps);
  const norms = (part: number) =>
    Array.from({ length: runs }, (_, run) => {
      return Float64Array.from({ length: steps }, (_, t) => Math.sqrt(values[2 * (run * steps + t) + part] as number));
    });
  stateGradients.tell({ pass, arrived, h: norms(0), c: pass.cellShape === undefined ? [] : norms(1) });
}
