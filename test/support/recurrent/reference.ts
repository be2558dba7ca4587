/** Recurrent networks in float64, one sequence and one step at a time, as the equations read. It shares nothing with the library. */

import type { Config } from "./config.js";

/** `input`, `h0`, `c0` and `parameter.NAME`, each as it lies in its tensor. */
export type Values = Readonly<Record<string, Float64Array>>;

/** What dropout multiplies a value that a layer passes on with. */
export type Mask = (layer: number, t: number, n: number, column: number) => number;

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

/** `matrix·vector + bias` */
function affine(matrix: Float64Array, vector: Vector, bias: Float64Array | undefined): Float64Array {
  const columns = vector.length;
  return each(matrix.length / columns, (row) => {
    let sum = bias === undefined ? 0 : bias[row]!;
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
}

function weightsOf(values: Values, suffix: string): Weights {
  const [ih, hh, biasIh, biasHh, hr] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"].map(
    (name) => values[`parameter.${name}_${suffix}`],
  );
  return { ih: ih!, hh: hh!, biasIh, biasHh, hr };
}

type Step = (weights: Weights, x: Vector, h: Vector, c: Vector) => [h: Vector, c: Vector];

function rnn(f: (x: number) => number): Step {
  return ({ ih, hh, biasIh, biasHh }, x, h) => {
    const [a, b] = [affine(ih, x, biasIh), affine(hh, h, biasHh)];
    return [each(a.length, (unit) => f(a[unit]! + b[unit]!)), []];
  };
}

const lstm: Step = ({ ih, hh, biasIh, biasHh, hr }, x, h, c) => {
  const [a, b] = [affine(ih, x, biasIh), affine(hh, h, biasHh)];
  const units = c.length;
  const gate = (at: number, f: (x: number) => number) => each(units, (unit) => f(a[at * units + unit]! + b[at * units + unit]!));
  const [i, f, g, o] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const next = each(units, (unit) => f[unit]! * c[unit]! + i[unit]! * g[unit]!);
  const output = each(units, (unit) => o[unit]! * Math.tanh(next[unit]!));
  return [hr ? affine(hr, output, undefined) : output, next];
};

const gru: Step = ({ ih, hh, biasIh, biasHh }, x, h) => {
  const [a, b] = [affine(ih, x, biasIh), affine(hh, h, biasHh)];
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

/** `output`, `hn` and for LSTM `cn`, each as it lies in its tensor; the output is 0 past a sequence's end. */
export function forward(config: Config, values: Values, mask?: Mask): Record<string, Float64Array> {
  const { module, sizes, steps, options } = config;
  const { numLayers, bidirectional, batchFirst, projSize = 0 } = options;
  const [inputSize, hidden] = sizes;
  const batch = Math.max(config.batch, 1);
  const [size, directions] = [projSize || hidden, bidirectional ? 2 : 1];
  const output = new Float64Array(steps * batch * directions * size);
  const states: Record<string, Float64Array> = { hn: new Float64Array(numLayers * directions * batch * size) };
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
        for (const t of direction === 0 ? range(length) : range(length).reverse()) {
          [h, c] = step(weights, x[t]!, h, c);
          y[t]!.set(h, direction * size);
        }
        states["hn"]?.set(h, at * size);
        states["cn"]?.set(c, at * hidden);
      }
      const masked = mask !== undefined && layer < numLayers - 1;
      x = masked ? y.map((values, t) => values.map((value, column) => value * mask(layer, t, n, column))) : y;
    }
    for (const [t, values] of x.entries()) output.set(values, row(t, n) * directions * size);
  }
  return { output, ...states };
}
