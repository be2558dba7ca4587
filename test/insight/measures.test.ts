import { manualSeed, nn, randn, type Tensor } from "unrolled";
import { bpttReport } from "unrolled/insight";
import { describe, expect, test } from "vitest";
import { memoryLength } from "../../ts/insight/bptt/gates.js";
import { spectralRadius } from "../../ts/insight/bptt/spectral-radius.js";
import { put } from "../anomaly/anomalies.js";

const [T, N, I, H] = [9, 3, 4, 7];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Weights that are large enough for gates to saturate. */
function enlarge<M extends nn.LSTM | nn.GRU | nn.RNN>(module: M, factor: number): M {
  for (const parameter of module.parameters()) {
    put(
      parameter,
      [...parameter.data].map((value, at) => [at, value * factor] as const),
    );
  }
  return module;
}

/** The activations of a module's single layer, by gate, of all sequences and steps: by the equations, in float64. */
function activations(module: nn.LSTM | nn.GRU | nn.RNN, x: Tensor, lengths: readonly number[]): Map<string, number[]> {
  const [wx, wh, bx, bh] = [module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0!, module.bias_hh_l0!].map(({ data }) => [...data]);
  const found = new Map<string, number[]>();
  const note = (gate: string, value: number) => {
    found.set(gate, [...(found.get(gate) ?? []), value]);
    return value;
  };
  const product = (matrix: number[], bias: number[], row: number, vector: readonly number[]) =>
    vector.reduce((sum, value, k) => sum + matrix[row * vector.length + k]! * value, bias[row]!);
  for (const [n, length] of lengths.entries()) {
    let [h, c] = [new Array<number>(H).fill(0), new Array<number>(H).fill(0)];
    for (let t = 0; t < length; t++) {
      const input = [...x.select(0, t).select(0, n).data];
      const a = (gate: number, unit: number) => product(wx!, bx!, gate * H + unit, input);
      const b = (gate: number, unit: number) => product(wh!, bh!, gate * H + unit, h);
      const units = Array.from({ length: H }, (_, unit) => unit);
      if (module instanceof nn.LSTM) {
        const next = units.map((unit) => {
          const [i, f] = [note("i", sigmoid(a(0, unit) + b(0, unit))), note("f", sigmoid(a(1, unit) + b(1, unit)))];
          const [g, o] = [note("g", Math.tanh(a(2, unit) + b(2, unit))), note("o", sigmoid(a(3, unit) + b(3, unit)))];
          const cell = f * c[unit]! + i * g;
          return [o * Math.tanh(cell), cell] as const;
        });
        [h, c] = [next.map(([value]) => value), next.map(([, value]) => value)];
      } else if (module instanceof nn.GRU) {
        h = units.map((unit) => {
          const [r, z] = [note("r", sigmoid(a(0, unit) + b(0, unit))), note("z", sigmoid(a(1, unit) + b(1, unit)))];
          const candidate = note("n", Math.tanh(a(2, unit) + r * b(2, unit)));
          return (1 - z) * candidate + z * h[unit]!;
        });
      } else {
        const f = module.nonlinearity === "tanh" ? Math.tanh : (value: number) => Math.max(0, value);
        h = units.map((unit) => note("h", f(a(0, unit) + b(0, unit))));
      }
    }
  }
  return found;
}

const modules: [string, () => nn.LSTM | nn.GRU | nn.RNN][] = [
  ["LSTM", () => enlarge(new nn.LSTM(I, H), 4)],
  ["GRU", () => enlarge(new nn.GRU(I, H), 4)],
  ["RNN", () => enlarge(new nn.RNN(I, H), 2)],
  ["RNN of relu", () => new nn.RNN(I, H, { nonlinearity: "relu" })],
];
const batches = [{ lengths: undefined }, { lengths: [3, 9, 6] }];

describe.each(modules)("gates of %s", (name, make) => {
  test.each(batches)("means, shares of saturated values, and the length of memory, of lengths $lengths", ({ lengths }) => {
    manualSeed(1);
    const module = make();
    const x = randn([T, N, I]);
    const report = bpttReport(module, () => {
      if (lengths === undefined) return (module as nn.GRU).forward(x)[0].mean();
      return (module as nn.GRU).forward(nn.utils.rnn.packPaddedSequence(x, lengths, { enforceSorted: false }))[0].data.mean();
    });
    const [layer] = report.layers;
    const expected = activations(module, x, lengths ?? [T, T, T]);
    expect(layer!.gates.map(({ gate }) => gate)).toEqual([...expected.keys()]);
    for (const { gate, mean, low, high, saturated } of layer!.gates) {
      const values = expected.get(gate)!;
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean).toBeCloseTo(average, 5);
      if (name === "RNN of relu") {
        expect([low, high, saturated]).toEqual([null, null, null]);
        continue;
      }
      const [least, most] = ["g", "n", "h"].includes(gate) ? [-0.95, 0.95] : [0.05, 0.95];
      const share = (is: (value: number) => boolean) => values.filter(is).length / values.length;
      expect(low).toBeCloseTo(
        share((value) => value < least),
        10,
      );
      expect(high).toBeCloseTo(
        share((value) => value > most),
        10,
      );
      expect(saturated).toBeCloseTo(
        share((value) => value < least || value > most),
        10,
      );
      expect(saturated).toBeGreaterThan(0);
      if (gate !== "f" && gate !== "z") continue;
      expect(layer!.meanKept).toBeCloseTo(average, 5);
      expect(layer!.memoryLength).toBeCloseTo(-1 / Math.log(average), 4);
    }
    if (module instanceof nn.RNN) expect([layer!.meanKept, layer!.memoryLength]).toEqual([null, null]);
    else expect(layer!.spectralRadius).toBeNull();
  });
});

test("a state of which all stays is remembered for ever", () => {
  expect(memoryLength(1)).toBe(Number.POSITIVE_INFINITY);
  expect(memoryLength(0)).toBeCloseTo(0, 10);
});

test("dead units of relu are those that are 0 at every step of every sequence", () => {
  manualSeed(2);
  const rnn = new nn.RNN(I, H, { nonlinearity: "relu", numLayers: 2, bidirectional: true });
  const x = randn([T, N, I]);
  put(rnn["bias_ih_l1_reverse"]!, [
    [1, -50],
    [4, -50],
  ]);
  const report = bpttReport(rnn, () => rnn.forward(x)[0].mean());
  const [, , states] = rnn.forward(x, undefined, { returnStates: true });
  for (const [run, { deadUnits }] of report.layers.entries()) {
    const values = states.h[run]!.data;
    const expected = Array.from({ length: H }, (_, unit) => unit).filter((unit) =>
      values.every((value, at) => at % H !== unit || value === 0),
    );
    expect(deadUnits).toEqual(expected);
  }
  expect(report.layers[3]!.deadUnits).toEqual(expect.arrayContaining([1, 4]));
  expect(report.layers[3]!.verdict.advice.join()).toMatch(/ of 7 units are never active/);
  const tanh = new nn.RNN(I, H);
  expect(bpttReport(tanh, () => tanh.forward(x)[0].mean()).layers[0]!.deadUnits).toBeNull();
});

describe("the spectral radius", () => {
  const multiply = (a: number[], b: number[], size: number) =>
    Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return Array.from({ length: size }, (__, k) => a[row * size + k]! * b[k * size + column]!).reduce((sum, value) => sum + value, 0);
    });
  const inverse = (a: number[], size: number) => {
    // Gauss and Jordan, with pivots.
    const rows = Array.from({ length: size }, (_, row) => [
      ...a.slice(row * size, (row + 1) * size),
      ...Array.from({ length: size }, (__, k) => +(k === row)),
    ]);
    for (let k = 0; k < size; k++) {
      const pivot = rows.slice(k).reduce((best, row, at) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? at + k : best), k);
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      const divisor = rows[k]![k]!;
      rows[k] = rows[k]!.map((value) => value / divisor);
      for (const [at, row] of rows.entries()) if (at !== k) rows[at] = row.map((value, column) => value - row[k]! * rows[k]![column]!);
    }
    return rows.flatMap((row) => row.slice(size));
  };
  /** P·D·P⁻¹ of random P. */
  const similar = (d: number[], size: number, seed: number) => {
    manualSeed(seed);
    const p = [...randn([size, size]).data];
    return multiply(multiply(p, d, size), inverse(p, size), size);
  };
  const blocks = (size: number, values: readonly [row: number, column: number, value: number][]) => {
    const d = new Array<number>(size * size).fill(0);
    for (const [row, column, value] of values) d[row * size + column] = value;
    return d;
  };

  test.each<[string, number[], number, number]>([
    [
      "real, the largest negative",
      similar(
        blocks(5, [
          [0, 0, -3],
          [1, 1, 2],
          [2, 2, 1],
          [3, 3, 0.5],
        ]),
        5,
        1,
      ),
      5,
      3,
    ],
    [
      "a complex pair",
      similar(
        blocks(4, [
          [0, 0, 0.6],
          [0, 1, -0.8],
          [1, 0, 0.8],
          [1, 1, 0.6],
          [2, 2, 0.9],
        ]),
        4,
        2,
      ),
      4,
      1,
    ],
    [
      "a complex pair and a real one of the same size",
      similar(
        blocks(3, [
          [0, 1, -2],
          [1, 0, 2],
          [2, 2, 2],
        ]),
        3,
        3,
      ),
      3,
      2,
    ],
    [
      "a defective one",
      blocks(3, [
        [0, 0, 0.7],
        [0, 1, 1],
        [1, 1, 0.7],
        [1, 2, 1],
        [2, 2, 0.7],
      ]),
      3,
      0.7,
    ],
    [
      "far from normal",
      blocks(3, [
        [0, 0, 0.5],
        [0, 1, 1e6],
        [1, 1, 0.5],
        [1, 2, 1e6],
        [2, 2, 0.4],
      ]),
      3,
      0.5,
    ],
    [
      "a nilpotent one",
      blocks(4, [
        [0, 1, 3],
        [1, 2, 5],
        [2, 3, 7],
      ]),
      4,
      0,
    ],
    ["zeros", blocks(3, []), 3, 0],
    ["one number", [-2.5], 1, 2.5],
    [
      "very large and very small",
      blocks(2, [
        [0, 0, 1e-30],
        [1, 1, 1e30],
      ]),
      2,
      1e30,
    ],
  ])("%s", (_, matrix, size, expected) => {
    const found = spectralRadius(matrix, size);
    if (expected === 0) expect(found).toBe(0);
    else expect(found / expected).toBeCloseTo(1, 4);
  });

  test("of what is not finite is none", () => {
    expect(spectralRadius([1, Number.NaN, 0, 1], 2)).toBeNaN();
    expect(spectralRadius([Number.POSITIVE_INFINITY], 1)).toBeNaN();
  });

  test.each([64, 128, 150, 300])("of an orthogonal matrix of size %i, scaled", (size) => {
    manualSeed(size);
    const rnn = new nn.RNN(3, size);
    nn.init.orthogonal_(rnn.weight_hh_l0, { gain: 1.25 });
    expect(spectralRadius(rnn.weight_hh_l0.data, size)).toBeCloseTo(1.25, 4);
  });

  test("of uniform weights is near √(1/3): the circular law", () => {
    manualSeed(5);
    const rnn = new nn.RNN(3, 400);
    // In the core: near, and the same as that of the transposed matrix.
    const found = spectralRadius(rnn.weight_hh_l0.data, 400);
    expect(Math.abs(found / Math.sqrt(1 / 3) - 1)).toBeLessThan(0.05);
    expect(spectralRadius(rnn.weight_hh_l0.transpose(0, 1).data, 400) / found).toBeCloseTo(1, 4);
  });
});
