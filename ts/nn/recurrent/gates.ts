import type { Tensor } from "../../tensor/tensor.js";
import { Network } from "./network.js";
import { type Pass, savedOf } from "./pass.js";
import { CELLS, directions, GATES, padded, type Sizes } from "./sizes.js";

/** A gate: i f g o of an LSTM, r z n of a GRU; h of an RNN is its activation, which is its state, too. */
export type GateName = "i" | "f" | "g" | "o" | "r" | "z" | "n" | "h";

/** What happened in one layer and direction, one row for each row of the pass's layout: step after step, longer sequences first. */
export interface RunTrace {
  readonly layer: number;
  readonly direction: number;
  /** `[R, H]` the activated gates, in the order of PyTorch's rows. */
  readonly gates: ReadonlyMap<GateName, Float32Array>;
  /** `[R, Hout]` after every step. */
  readonly h: Float32Array;
  /** `[R, H]` after every step, for the LSTM. */
  readonly c: Float32Array | undefined;
}

/**
 * The gates and states of every layer and direction of a pass, in the order of its runs: the pass is made again, with the same masks and weights, and
 * nothing of it is recorded. Its input and parameters must be as they were.
 */
export function gatesOfPass(pass: Pass): RunTrace[] {
  const { network, layout } = pass;
  const { cell, sizes, runs } = network;
  // Checkpoints have no gates; without them the pass gives the same bits.
  const whole = sizes.checkpointEvery === 0 ? network : new Network(cell, { ...sizes, checkpointEvery: 0 }, network.slots);
  const { saved, results } = savedOf({ ...pass, network: whole, returnStates: [layout.rows] });
  const { h = [], c = [] } = results.states ?? {};
  const length = layout.rows * savedWidth(cell, sizes);
  return Array.from({ length: runs }, (_, run) => ({
    layer: Math.floor(run / directions(sizes)),
    direction: run % directions(sizes),
    gates: gatesOfRun(pass, saved.subarray(run * length, (run + 1) * length)),
    h: floatsOf(h[run]),
    c: pass.cellShape === undefined ? undefined : floatsOf(c[run]),
  }));
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  return (tensor?.storage.values() ?? new Float32Array(0)) as Float32Array;
}

/** Values that the core saves of a row of one layer and direction: `Steps::len` and `NormRows::width` of crates/recurrent/src/saved.rs. */
function savedWidth(cell: Pass["network"]["cell"], { hiddenSize, projSize, layerNorm }: Sizes): number {
  const units = padded(hiddenSize);
  const cells = cell === "lstm" ? units : 0;
  const state = padded(projSize > 0 ? projSize : hiddenSize);
  const norms = layerNorm ? 2 * CELLS[cell].gates * units + cells + 3 : 0;
  return CELLS[cell].slots * units + state + cells + norms;
}

/** The gates without padding; `saved` begins with them, `[R, slots · units]`. */
function gatesOfRun({ network, layout }: Pass, saved: Float32Array): Map<GateName, Float32Array> {
  const { cell, sizes } = network;
  const units = padded(sizes.hiddenSize);
  const columns = CELLS[cell].slots * units;
  const names = GATES[cell].length === 0 ? ([["h", 0]] as const) : (GATES[cell] as readonly (readonly [GateName, number])[]);
  return new Map(
    names.map(([name, slot]) => {
      const gate = new Float32Array(layout.rows * sizes.hiddenSize);
      for (let row = 0; row < layout.rows; row++) {
        const start = row * columns + slot * units;
        gate.set(saved.subarray(start, start + sizes.hiddenSize), row * sizes.hiddenSize);
      }
      return [name, gate];
    }),
  );
}
