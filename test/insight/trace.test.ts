import { inspect } from "node:util";
import { getRngState, manualSeed, nn, randn, type Tensor, tensor } from "unrolled";
import { trace } from "unrolled/insight";
import { expect, test } from "vitest";
import { plainRuns } from "./plain.js";
import { all, readSvg } from "./xml.js";

const [T, N, I, H] = [6, 3, 5, 7];
const classes = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU };
const kinds = ["RNN", "LSTM", "GRU"] as const;

function expectClose(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): void {
  expect(actual?.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) expect(actual![at]).toBeCloseTo(expected[at]!, 5);
}

const options = [
  {},
  { numLayers: 2, bidirectional: true },
  { numLayers: 2, batchFirst: true, checkpointEvery: 2 },
  { bias: false, bidirectional: true },
];
const cases = kinds.flatMap((kind) => options.flatMap((each) => [null, [4, 6, 1]].map((lengths) => ({ kind, options: each, lengths }))));

test.each(cases)("gates and states are those of the equations: $kind $options, lengths $lengths", ({ kind, options, lengths }) => {
  manualSeed(1);
  const module = new classes[kind](I, H, options) as nn.LSTM;
  const batchFirst = "batchFirst" in options;
  const x = randn(batchFirst ? [N, T, I] : [T, N, I]);
  const packed = lengths && nn.utils.rnn.packPaddedSequence(x, lengths, { batchFirst, enforceSorted: false });
  const seen = packed === null ? trace(module, x) : trace(() => module.forward(packed), module);
  const row = (t: number, n: number) => (batchFirst ? n * T + t : t * N + n) * I;
  const expected = plainRuns(module, kind, lengths ?? [T, T, T], (t, n) => x.data.subarray(row(t, n), row(t, n) + I));
  expect(seen.layers.length).toBe(expected.length);
  for (const [run, layer] of seen.layers.entries()) {
    expect(layer.kind).toBe(kind);
    expect(layer.shape).toEqual([T, N, H]);
    expect(layer.lengths).toEqual(lengths ?? [T, T, T]);
    expect(Object.keys(layer.gates).join("")).toBe({ RNN: "", LSTM: "ifgo", GRU: "rzn" }[kind]);
    for (const [gate, values] of Object.entries(expected[run]!.gates)) expectClose(layer.gates[gate as "i"], values);
    expectClose(layer.h, expected[run]!.h);
    if (kind === "LSTM") expectClose(layer.c, expected[run]!.c);
    else expect(layer.c).toBeUndefined();
  }
});

class Tagger extends nn.Module {
  embedding = new nn.Embedding(9, 4);
  encoder = new nn.LSTM(4, H, { numLayers: 2, bidirectional: true, dropout: 0.5 });
  cell = new nn.GRUCell(2 * H, 5);
  head = new nn.Linear(5, 2);

  forward(tokens: Tensor): Tensor {
    const [output] = this.encoder.forward(this.embedding.forward(tokens));
    let h: Tensor | undefined;
    for (const x of output.unbind()) h = this.cell.forward(x, h);
    return this.head.forward(h!);
  }
}

const tokens = tensor(
  [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ],
  { dtype: "int32" },
);

test("layers have the model's names; the steps of a cell are one sequence; nothing else has changed", () => {
  const model = new Tagger();
  const before = getRngState();
  const seen = trace(model, tokens);
  expect(getRngState()).toEqual(before);
  expect(model.training).toBe(true);
  expect(model.parameters().every((parameter) => parameter.grad === null)).toBe(true);
  expect(seen.output.requiresGrad).toBe(false);
  expect(seen.layers.map(({ name, kind, shape }) => [name, kind, ...shape])).toEqual([
    ["encoder l0", "LSTM", 4, 2, 7],
    ["encoder l0 reverse", "LSTM", 4, 2, 7],
    ["encoder l1", "LSTM", 4, 2, 7],
    ["encoder l1 reverse", "LSTM", 4, 2, 7],
    ["cell", "GRUCell", 4, 2, 5],
  ]);
  expect(seen.layers.map(({ direction }) => direction)).toEqual(["forward", "reverse", "forward", "reverse", "forward"]);
  model.eval();
  const quiet = trace(model, tokens);
  expectClose(quiet.layers[4]!.h.subarray(-10, -5), trace(model, tokens).layers[4]!.h.subarray(-10, -5));
  // The last state of the cell is what the head was given.
  const last = tensor(quiet.layers[4]!.h.slice(-10), { shape: [2, 5] });
  expectClose(quiet.output.data, model.head.forward(last).data);
});

test("calls that carry the state on are one sequence, others are not", () => {
  const lstm = new nn.LSTM(I, H);
  const x = randn([T, N, I]);
  const [whole] = trace(lstm, x).layers;
  const carried = trace(() => {
    const [, state] = lstm.forward(x.narrow(0, 0, 2));
    return lstm.forward(x.narrow(0, 2, 4), state);
  });
  expect(carried.layers.map(({ name, shape }) => [name, shape])).toEqual([["LSTM l0", [T, N, H]]]);
  expectClose(carried.layers[0]!.c, whole!.c!);
  const apart = trace(() => [lstm.forward(x), lstm.forward(x)], lstm);
  expect(apart.layers.map(({ name }) => name)).toEqual(["LSTM l0", "LSTM l0, call 2"]);
});

test("one sequence without a batch, one step, one unit, no steps", () => {
  const gru = new nn.GRU(2, 1);
  const [layer] = trace(gru, randn([1, 2])).layers;
  expect(layer!.shape).toEqual([1, 1, 1]);
  const none = trace(gru, randn([0, 2]));
  expect(none.layers[0]!.shape).toEqual([0, 1, 1]);
  for (const seen of [trace(gru, randn([1, 2])), none]) readSvg(seen.toSVG());
  expect(none.toString()).toContain("GRU l0");
});

test("pictures have a map for each gate and state, and values that are not finite in magenta", () => {
  const lstm = new nn.LSTM(I, H, { bidirectional: true });
  const seen = trace(lstm, randn([T, N, I]));
  const { root, texts } = readSvg(seen.toSVG({ layer: 1, sequence: 2 }));
  expect(texts).toContain("Gates and states of LSTM l0 reverse");
  expect(texts).toContain("LSTM with 7 units over 6 steps, sequence 2 of 3");
  for (const name of ["i: input gate", "f: forget gate", "g: candidate", "o: output gate", "c: cell state", "h: hidden state"])
    expect(texts).toContain(name);
  expect(all(root, "g").filter((group) => group.attributes["class"] === "heat").length).toBe(6);
  const broken = randn([T, N, I]).data.fill(Number.NaN, 2 * N * I, 2 * N * I + 1);
  const { root: amiss, texts: told } = readSvg(trace(lstm, tensor(broken, { shape: [T, N, I] })).toSVG());
  expect(all(amiss, "path").filter((path) => path.attributes["stroke"] === "#e6007e").length).toBe(6);
  expect(told.join(" ")).toContain(`Magenta: ${6 * 4 * H} NaN.`);
});

test("a picture of some units has their numbers", () => {
  const seen = trace(new nn.GRU(I, 12), randn([T, N, I]));
  const { root, texts } = readSvg(seen.toSVG({ units: [11, 4] }));
  expect(texts.filter((each) => each === "11").length).toBe(4);
  const maps = all(root, "svg").filter((each) => each.attributes["preserveAspectRatio"] === "none");
  expect(maps.map((each) => each.attributes["viewBox"])).toEqual(new Array(4).fill(`0 0 ${T} 2`));
});

test("a long trace of many units is joined to what a picture can show, and says so", () => {
  const gru = new nn.GRU(1, 200);
  const svg = trace(gru, randn([2000, 1, 1])).toSVG();
  expect(svg.length).toBeLessThan(1_500_000);
  expect(readSvg(svg).texts.join(" ")).toContain("Each cell is the mean of 5 steps × 2 units.");
}, 60_000);

test("the steps of a cell are one sequence until it is given no state", () => {
  const cell = new nn.LSTMCell(I, H);
  const x = randn([T, N, I]);
  const loop = () => {
    let state: [Tensor, Tensor] | undefined;
    for (const row of x.unbind()) state = cell.forward(row, state);
  };
  const { layers } = trace(() => [loop(), loop()], cell);
  expect(layers.map(({ name, shape }) => [name, ...shape])).toEqual([
    ["LSTMCell", T, N, H],
    ["LSTMCell, call 2", T, N, H],
  ]);
  expect(layers[1]!.h).toEqual(layers[0]!.h);
});

test("prints a small table, and is JSON", () => {
  manualSeed(0);
  const lstm = new nn.LSTM(I, H);
  const seen = trace(lstm, randn([T, N, I]));
  const lines = inspect(seen).split("\n");
  expect(lines[0]).toBe("Trace");
  expect(lines[1]!.split(/ {2,}/)).toEqual(["", "steps", "batch", "units", "mean i", "mean f", "mean g", "mean o", "mean |h|", "mean |c|"]);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Number(lines[2]!.split(/ {2,}/)[5])).toBeCloseTo(mean(seen.layers[0]!.gates.f!), 2);
  const json = JSON.parse(JSON.stringify(seen));
  expect(json.layers[0]).toMatchObject({ name: "LSTM l0", kind: "LSTM", shape: [T, N, H], direction: "forward" });
  expectClose(json.layers[0].gates.o, seen.layers[0]!.gates.o!);
});

test("what it cannot do is said", () => {
  const linear = new nn.Linear(2, 2);
  expect(() => trace(linear, randn([1, 2]))).toThrow(
    "trace: the model must be one that runs an RNN, LSTM, GRU or a cell of one, got one that ran none",
  );
  expect(() => trace(async () => 3)).toThrow("trace: model must be a synchronous function, got an async function");
  expect(() => trace(3 as never)).toThrow("trace: model must be a module or a function, got 3");
  const seen = trace(new nn.RNN(2, 3), randn([4, 1, 2]));
  expect(() => seen.toSVG({ layer: 1 })).toThrow("Trace.toSVG: layer must be an integer in [0, 0], got 1");
  expect(() => seen.toSVG({ sequence: 1 })).toThrow("Trace.toSVG: sequence must be an integer in [0, 0], got 1");
  expect(() => seen.toSVG({ unit: 1 } as never)).toThrow('Trace.toSVG: option must be one of layer, sequence, units, got "unit"');
  expect(() => seen.toSVG({ units: [] })).toThrow("Trace.toSVG: units must be an array of indices, got []");
  expect(() => seen.toSVG({ units: [0, 3] })).toThrow("Trace.toSVG: units[1] must be an integer in [0, 2], got 3");
});
