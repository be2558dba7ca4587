import { manualSeed, nn, randn, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { gatesOfPass, type RunTrace } from "../../../ts/nn/recurrent/gates.js";
import { observePasses } from "../../../ts/nn/recurrent/observe.js";
import type { Pass } from "../../../ts/nn/recurrent/pass.js";

const [T, N, I, H] = [6, 3, 5, 7];

type Any = nn.RNN | nn.LSTM | nn.GRU;
type Input = Tensor | nn.utils.rnn.PackedSequence;

function passesOf(fn: () => unknown): Pass[] {
  const seen: Pass[] = [];
  observePasses((pass) => seen.push(pass), fn);
  return seen;
}

/** The gates of a call, and the states that the call gives. */
function look(
  module: Any,
  input: Input,
  options: { resetMask?: Tensor } = {},
): { traces: RunTrace[]; pass: Pass; h: Tensor[]; c: Tensor[] } {
  let states: { h: readonly Input[]; c?: readonly Input[] } | undefined;
  const [pass] = passesOf(() => {
    states = (module.forward as (...given: unknown[]) => unknown[])(input, undefined, {
      ...options,
      returnStates: true,
    })[2] as typeof states;
  });
  const plain = (each: Input) => (each instanceof nn.utils.rnn.PackedSequence ? each.data : each);
  return { traces: gatesOfPass(pass as Pass), pass: pass as Pass, h: states!.h.map(plain), c: (states!.c ?? []).map(plain) };
}

/** The state that each row started from, `[R, width]`. */
function statesBefore({ layout, reset }: Pass, direction: number, after: Float32Array, width: number): Float32Array {
  const result = new Float32Array(after.length);
  for (let t = 0; t < layout.steps; t++) {
    const [first, end] = [layout.offsets[t]!, layout.offsets[t + 1]!];
    const from = direction === 0 ? layout.offsets[t - 1] : end;
    const limit = direction === 0 ? end - first : (layout.offsets[t + 2] ?? end) - end;
    for (let row = 0; row < Math.min(end - first, limit); row++) {
      if (from === undefined || reset?.[first + row] === 1) continue;
      result.set(after.subarray((from + row) * width, (from + row + 1) * width), (first + row) * width);
    }
  }
  return result;
}

const options = [
  {},
  { numLayers: 2, bidirectional: true, dropout: 0.4 },
  { numLayers: 2, batchFirst: true, recurrentDropout: 0.3 },
  { numLayers: 2, bidirectional: true, layerNorm: true, checkpointEvery: 2 },
  { numLayers: 3, bias: false, checkpointEvery: 4, dropout: 0.2 },
];
const lengths = [null, [6, 2, 5]];
const mask = tensor(
  Array.from({ length: T * N }, (_, index) => +(index % 4 === 2)),
  { shape: [T, N], dtype: "int32" },
);
const cases = options.flatMap((each) =>
  lengths.flatMap((some) => [false, true].map((resets) => ({ options: each, lengths: some, resets }))),
);

function inputFor(batchFirst: boolean | undefined, some: readonly number[] | null): Input {
  const x = randn(batchFirst ? [N, T, I] : [T, N, I]);
  if (some === null) return x;
  return nn.utils.rnn.packPaddedSequence(x, [...some], { batchFirst: batchFirst ?? false, enforceSorted: false });
}

function expectClose(actual: ArrayLike<number>, expected: (index: number) => number): void {
  expect(actual.length).toBeGreaterThan(0);
  for (let index = 0; index < actual.length; index++) expect(actual[index]).toBeCloseTo(expected(index), 5);
}

describe.each(cases)("gates and states of a pass: $options, lengths $lengths, resets $resets", ({ options, lengths, resets }) => {
  const given = resets ? { resetMask: mask } : {};

  function expectStates({ traces, h, c }: ReturnType<typeof look>): void {
    expect(traces).toHaveLength(options.numLayers !== undefined ? options.numLayers * (options.bidirectional ? 2 : 1) : 1);
    for (const [run, trace] of traces.entries()) {
      expect([...trace.h]).toEqual([...h[run]!.data]);
      expect([...(trace.c ?? [])]).toEqual([...(c[run]?.data ?? [])]);
    }
  }

  test("LSTM: c' = f ⊙ c + i ⊙ g, and h' = o ⊙ tanh(c')", () => {
    manualSeed(1);
    const seen = look(new nn.LSTM(I, H, options), inputFor(options.batchFirst, lengths), given);
    expectStates(seen);
    for (const { gates, h, c, direction } of seen.traces) {
      expect([...gates.keys()]).toEqual(["i", "f", "g", "o"]);
      const [i, f, g, o] = [...gates.values()] as [Float32Array, Float32Array, Float32Array, Float32Array];
      const previous = statesBefore(seen.pass, direction, c!, H);
      expectClose(c!, (at) => f[at]! * previous[at]! + i[at]! * g[at]!);
      if (!options.layerNorm) expectClose(h, (at) => o[at]! * Math.tanh(c![at]!));
    }
  });

  test("LSTM with a projection: h' = W_hr·(o ⊙ tanh(c'))", () => {
    manualSeed(2);
    const lstm = new nn.LSTM(I, H, { ...options, projSize: 3 });
    const seen = look(lstm, inputFor(options.batchFirst, lengths), given);
    expectStates(seen);
    if (options.layerNorm) return;
    for (const { gates, h, c, direction, layer } of seen.traces) {
      const o = gates.get("o")!;
      const hr = lstm[`weight_hr_l${layer}${direction === 1 ? "_reverse" : ""}`]!.data;
      expectClose(h, (at) => {
        const [row, unit] = [Math.floor(at / 3), at % 3];
        return Array.from({ length: H }, (_, k) => hr[unit * H + k]! * o[row * H + k]! * Math.tanh(c![row * H + k]!)).reduce(
          (a, b) => a + b,
        );
      });
    }
  });

  test("GRU: h' = (1 − z) ⊙ n + z ⊙ h", () => {
    manualSeed(3);
    const seen = look(new nn.GRU(I, H, options), inputFor(options.batchFirst, lengths), given);
    expectStates(seen);
    for (const { gates, h, direction } of seen.traces) {
      expect([...gates.keys()]).toEqual(["r", "z", "n"]);
      const [r, z, n] = [...gates.values()] as [Float32Array, Float32Array, Float32Array];
      const previous = statesBefore(seen.pass, direction, h, H);
      expectClose(h, (at) => (1 - z[at]!) * n[at]! + z[at]! * previous[at]!);
      expect(r.every((value) => value > 0 && value < 1)).toBe(true);
    }
  });

  test.each(["tanh", "relu"] as const)("RNN of %s: the gate is the state", (nonlinearity) => {
    manualSeed(4);
    const seen = look(new nn.RNN(I, H, { ...options, nonlinearity }), inputFor(options.batchFirst, lengths), given);
    expectStates(seen);
    for (const { gates, h } of seen.traces) expect([...gates.get("h")!]).toEqual([...h]);
  });
});

test("gates are σ and tanh of the products, by PyTorch's rows", () => {
  manualSeed(5);
  for (const module of [new nn.LSTM(I, H), new nn.GRU(I, H)]) {
    const x = randn([T, N, I]);
    const { traces, pass } = look(module, x);
    const { gates, h } = traces[0]!;
    const previous = statesBefore(pass, 0, h, H);
    const product = (weight: Tensor, bias: Tensor, rows: ArrayLike<number>, width: number, row: number, unit: number) => {
      let sum = bias.data[unit]!;
      for (let k = 0; k < width; k++) sum += weight.data[unit * width + k]! * rows[row * width + k]!;
      return sum;
    };
    const xData = x.data;
    for (const [place, [name, values]] of [...gates].entries()) {
      expectClose(values, (at) => {
        const [row, unit] = [Math.floor(at / H), place * H + (at % H)];
        const a = product(module.weight_ih_l0, module.bias_ih_l0!, xData, I, row, unit);
        const b = product(module.weight_hh_l0, module.bias_hh_l0!, previous, H, row, unit);
        if (name === "n") return Math.tanh(a + gates.get("r")![at]! * b);
        return name === "g" ? Math.tanh(a + b) : 1 / (1 + Math.exp(-a - b));
      });
    }
  }
});

test("cells are seen, too, and passes of a function inside alone by who asks there", () => {
  manualSeed(6);
  const cell = new nn.GRUCell(I, H);
  const inner: Pass[] = [];
  const outer = passesOf(() => {
    cell.forward(randn([N, I]));
    observePasses(
      (pass) => inner.push(pass),
      () => cell.forward(randn([N, I])),
    );
  });
  expect([outer.length, inner.length]).toEqual([1, 1]);
  expect(outer[0]!.owner).toBe(cell);
  expect([...gatesOfPass(outer[0]!)[0]!.h]).toEqual([...cell.forward(outer[0]!.input).data]);
});
