/** Gates and states in plain float64, one sequence and one step at a time, as the equations read. It shares nothing with the library. */

import type { nn } from "unrolled";

type Vector = Float64Array;
export interface PlainRun {
  readonly gates: Record<string, Float64Array>;
  readonly h: Float64Array;
  readonly c: Float64Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** `W·x + b`, `[rows]` */
function affine(
  weight: { shape: readonly number[]; data: ArrayLike<number> },
  bias: ArrayLike<number> | undefined,
  x: ArrayLike<number>,
): Vector {
  const [rows, columns] = weight.shape as [number, number];
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = bias?.[row] ?? 0;
    for (let column = 0; column < columns; column++) sum += weight.data[row * columns + column]! * x[column]!;
    return sum;
  });
}

/**
 * The runs of a module, layer by layer and direction by direction; arrays are `[T, N, H]`, zeros past a sequence's end.
 *
 * @param at the input's features of a step of a sequence
 */
export function plainRuns(
  module: nn.RNN | nn.LSTM | nn.GRU,
  kind: string,
  lengths: readonly number[],
  at: (t: number, n: number) => ArrayLike<number>,
): PlainRun[] {
  const { hiddenSize: H, numLayers, bidirectional } = module;
  const [T, N, D] = [Math.max(...lengths), lengths.length, bidirectional ? 2 : 1];
  const state = module.stateDict();
  const names = kind === "LSTM" ? "ifgo" : kind === "GRU" ? "rzn" : "";
  let below = at;
  const runs: PlainRun[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const layerRuns = Array.from({ length: D }, (_, direction) => {
      const suffix = `l${layer}${direction === 1 ? "_reverse" : ""}`;
      const run: PlainRun = { gates: {}, h: new Float64Array(T * N * H), c: new Float64Array(T * N * H) };
      for (const gate of names) run.gates[gate] = new Float64Array(T * N * H);
      for (let n = 0; n < N; n++) {
        let [h, c] = [new Float64Array(H), new Float64Array(H)];
        const order = Array.from({ length: lengths[n]! }, (_, t) => (direction === 0 ? t : lengths[n]! - 1 - t));
        for (const t of order) {
          const a = affine(state[`weight_ih_${suffix}`]!, state[`bias_ih_${suffix}`]?.data, below(t, n));
          const b = affine(state[`weight_hh_${suffix}`]!, state[`bias_hh_${suffix}`]?.data, h);
          const gates = gatesOf(kind, a, b, H);
          c = c.map((value, unit) => (kind === "LSTM" ? gates["f"]![unit]! * value + gates["i"]![unit]! * gates["g"]![unit]! : 0));
          h = h.map((value, unit) => {
            if (kind === "LSTM") return gates["o"]![unit]! * Math.tanh(c[unit]!);
            if (kind === "GRU") return (1 - gates["z"]![unit]!) * gates["n"]![unit]! + gates["z"]![unit]! * value;
            return Math.tanh(a[unit]! + b[unit]!);
          });
          for (const gate of names) run.gates[gate]!.set(gates[gate]!, (t * N + n) * H);
          run.h.set(h, (t * N + n) * H);
          run.c.set(c, (t * N + n) * H);
        }
      }
      return run;
    });
    runs.push(...layerRuns);
    below = (t, n) => layerRuns.flatMap(({ h }) => Array.from(h.subarray((t * N + n) * H, (t * N + n + 1) * H)));
  }
  return runs;
}

function gatesOf(kind: string, a: Vector, b: Vector, H: number): Record<string, Vector> {
  const gate = (slot: number, f: (x: number) => number) =>
    Float64Array.from({ length: H }, (_, unit) => f(a[slot * H + unit]! + b[slot * H + unit]!));
  if (kind === "LSTM") return { i: gate(0, sigmoid), f: gate(1, sigmoid), g: gate(2, Math.tanh), o: gate(3, sigmoid) };
  if (kind !== "GRU") return {};
  const r = gate(0, sigmoid);
  return {
    r,
    z: gate(1, sigmoid),
    n: Float64Array.from({ length: H }, (_, unit) => Math.tanh(a[2 * H + unit]! + r[unit]! * b[2 * H + unit]!)),
  };
}
