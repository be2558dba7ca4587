/** Recurrent networks in float64, one sequence and one step at a time, as the equations read. It shares nothing with the library. */

import type { Config } from "./config.js";

/** `input`, `h0`, `c0` and `parameter.NAME`, each as it lies in its tensor. */
export type Values = Readonly<Record<string, Float64Array>>;

/** What dropout multiplies with: a value that a layer passes on, and a unit of h before W_hh. */
export interface Masks {
  readonly between: (layer: number, t: number, n: number, column: number) => number;
  readonly recurrent: (run: number, n: number, unit: number) => number;
}

type Vector = ArrayLike<number>;

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function each(count: number, value: (index: number) => number): Float64Array {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = value(index);
  return values;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** `matrix·vector` */
function affine(matrix: Float64Array, vector: Vector): Float64Array {
  const columns = vector.length;
  return each(matrix.length / columns, (row) => {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += matrix[row * columns + column]! * vector[column]!;
    return sum;
  });
}

/** The parameters of one layer and direction. */
interface Weights {
  readonly ih: Float64Array;
  readonly hh: Float64Array;
  readonly biasIh: Float64Array | undefined;
  readonly biasHh: Float64Array | undefined;
  readonly hr: Float64Array | undefined;
  readonly normIh: Float64Array | undefined;
  readonly normHh: Float64Array | undefined;
  readonly normC: Float64Array | undefined;
  readonly normCBias: Float64Array | undefined;
}

function weightsOf(values: Values, suffix: string): Weights {
  const of = (name: string) => values[`parameter.${name}_${suffix}`];
  return {
    ...{ ih: of("weight_ih")!, hh: of("weight_hh")!, biasIh: of("bias_ih"), biasHh: of("bias_hh"), hr: of("weight_hr") },
    ...{ normIh: of("norm_ih"), normHh: of("norm_hh"), normC: of("norm_c"), normCBias: of("norm_c_bias") },
  };
}

/** `(v − mean) / √(variance + 1e-5) ⊙ gain + bias`; `v` itself without a gain. */
function normed(v: Float64Array, gain: Float64Array | undefined, bias?: Float64Array): Float64Array {
  if (gain === undefined) return v;
  const mean = v.reduce((sum, x) => sum + x, 0) / v.length;
  const variance = v.reduce((sum, x) => sum + (x - mean) ** 2, 0) / v.length;
  return v.map((x, at) => ((x - mean) / Math.sqrt(variance + 1e-5)) * gain[at]! + (bias?.[at] ?? 0));
}

/** What the gates are made of: of the input, and of `h` under its mask. */
function products({ ih, hh, biasIh, biasHh, normIh, normHh }: Weights, x: Vector, h: Vector): [a: Float64Array, b: Float64Array] {
  const plus = (v: Float64Array, bias: Float64Array | undefined) => v.map((value, at) => value + (bias?.[at] ?? 0));
  return [plus(normed(affine(ih, x), normIh), biasIh), plus(normed(affine(hh, h), normHh), biasHh)];
}

/** `masked` is what `W_hh` multiplies of `h`. */
type Step = (weights: Weights, x: Vector, h: Vector, c: Vector, masked: Vector) => [h: Vector, c: Vector];

function rnn(f: (x: number) => number): Step {
  return (weights, x, _h, _c, masked) => {
    const [a, b] = products(weights, x, masked);
    return [each(a.length, (unit) => f(a[unit]! + b[unit]!)), []];
  };
}

const lstm: Step = (weights, x, _, c, masked) => {
  const [a, b] = products(weights, x, masked);
  const units = c.length;
  const gate = (at: number, f: (x: number) => number) => each(units, (unit) => f(a[at * units + unit]! + b[at * units + unit]!));
  const [i, f, g, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const next = each(units, (unit) => f[unit]! * c[unit]! + i[unit]! * g[unit]!);
  const out = normed(next, weights.normC, weights.normCBias);
  const output = each(units, (unit) => o[unit]! * Math.tanh(out[unit]!));
  return [weights.hr ? affine(weights.hr, output) : output, next];
};

const gru: Step = (weights, x, h, _, masked) => {
  const [a, b] = products(weights, x, masked);
  const units = h.length;
  const gate = (at: number) => each(units, (unit) => sigmoid(a[at * units + unit]! + b[at * units + unit]!));
  const [r, z] = [gate(0), gate(1)];
  const n = each(units, (unit) => Math.tanh(a[2 * units + unit]! + r[unit]! * b[2 * units + unit]!));
  return [each(units, (unit) => (1 - z[unit]!) * n[unit]! + z[unit]! * h[unit]!), []];
};

/** One step of the module's cell: `(h, c)` to `(h', c')`. */
function stepOf({ module, options }: Config): Step {
  if (module === "LSTM") return lstm;
  if (module === "GRU") return gru;
  return rnn(options.nonlinearity === "relu" ? (x) => Math.max(x, 0) : Math.tanh);
}

/**
 * `output`, `hn`, for LSTM `cn`, and if they are used the states after every step, `h.RUN` and `c.RUN`: each as it lies in its tensor; what is of
 * steps is 0 past a sequence's end.
 */
export function forward(config: Config, values: Values, mask?: Masks): Record<string, Float64Array> {
  const { module, sizes, steps, options } = config;
  const { numLayers, bidirectional, batchFirst, projSize = 0 } = options;
  const [inputSize, hidden] = sizes;
  const batch = Math.max(config.batch, 1);
  const [size, directions] = [projSize || hidden, bidirectional ? 2 : 1];
  const output = new Float64Array(steps * batch * directions * size);
  const states: Record<string, Float64Array> = { hn: new Float64Array(numLayers * directions * batch * size) };
  for (const name of config.uses?.filter((used) => used.includes(".")) ?? []) {
    states[name] = new Float64Array(steps * batch * (name.startsWith("c") ? hidden : size));
  }
  if (module === "LSTM") states["cn"] = new Float64Array(numLayers * directions * batch * hidden);
  const row = (t: number, n: number) => (batchFirst && config.batch > 0 ? n * steps + t : t * batch + n);
  const vector = (of: Float64Array | undefined, at: number, length: number) =>
    of?.subarray(at * length, (at + 1) * length) ?? new Float64Array(length);
  const step = stepOf(config);
  for (const n of range(batch)) {
    const length = config.lengths?.[n] ?? steps;
    let x: Vector[] = range(length).map((t) => vector(values["input"], row(t, n), inputSize));
    for (const layer of range(numLayers)) {
      const y = x.map(() => new Float64Array(directions * size));
      for (const direction of range(directions)) {
        const at = (layer * directions + direction) * batch + n;
        const weights = weightsOf(values, `l${layer}${direction === 1 ? "_reverse" : ""}`);
        let [h, c]: [Vector, Vector] = [vector(values["h0"], at, size), vector(values["c0"], at, hidden)];
        const run = layer * directions + direction;
        for (const t of direction === 0 ? range(length) : range(length).reverse()) {
          if (config.resets?.[t]?.[n] === 1) [h, c] = [new Float64Array(size), new Float64Array(hidden)];
          const masked = each(size, (unit) => h[unit]! * (mask?.recurrent(run, n, unit) ?? 1));
          [h, c] = step(weights, x[t]!, h, c, masked);
          y[t]!.set(h, direction * size);
          states[`h.${run}`]?.set(h, (t * batch + n) * size);
          states[`c.${run}`]?.set(c, (t * batch + n) * hidden);
        }
        states["hn"]?.set(h, at * size);
        states["cn"]?.set(c, at * hidden);
      }
      const masked = mask !== undefined && layer < numLayers - 1;
      x = masked ? y.map((values, t) => values.map((value, column) => value * mask.between(layer, t, n, column))) : y;
    }
    for (const [t, values] of x.entries()) output.set(values, row(t, n) * directions * size);
  }
  return { output, ...states };
}
