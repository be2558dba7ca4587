// resetMask and returnStates. The core is tested against a reference in f64 (crates/recurrent/tests/networks.rs); here against the same computed another way.

import { manualSeed, nn, randn, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { close, int, make, NAMES, takeGradients, withGrad } from "./extensions.js";

const { packPaddedSequence } = nn.utils.rnn;

describe.each(NAMES)("resetMask of %s", (name) => {
  test("is a new sequence from there on", () => {
    manualSeed(1);
    const module = make(name, 3, 5, { numLayers: 2 });
    const x = withGrad(randn([7, 2, 3]));
    const mask = int(Array.from({ length: 7 }, (_, t) => (t === 4 ? [1, 1] : [0, 0])));
    const upstream = randn([7, 2, 5]);
    const [output] = module.forward(x, undefined, { resetMask: mask });
    output.mul(upstream).sum().backward();
    const gradients = takeGradients(module, x);
    const first = module.forward(x.narrow(0, 0, 4))[0];
    const second = module.forward(x.narrow(0, 4, 3))[0];
    close(output.narrow(0, 0, 4), first, 0);
    close(output.narrow(0, 4, 3), second, 0);
    first
      .mul(upstream.narrow(0, 0, 4))
      .sum()
      .add(second.mul(upstream.narrow(0, 4, 3)).sum())
      .backward();
    for (const [index, gradient] of takeGradients(module, x).entries()) close(gradients[index] as Tensor, gradient);
  });

  test("goes by sequence, also in an unsorted packed batch, batch first and in reverse", () => {
    manualSeed(2);
    const module = make(name, 3, 4, { bidirectional: true, batchFirst: true });
    const lengths = [2, 5, 4];
    const x = randn([3, 5, 3]);
    const marks = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ];
    const packed = packPaddedSequence(x, lengths, { batchFirst: true, enforceSorted: false });
    const [output] = module.forward(packed, undefined, { resetMask: int(marks) });
    const [padded] = nn.utils.rnn.padPackedSequence(output, { batchFirst: true });
    for (const [n, length] of lengths.entries()) {
      const mask = tensor(
        marks.slice(0, length).map((row) => row[n] as number),
        { dtype: "int32" },
      );
      const [alone] = module.forward(x.select(0, n).narrow(0, 0, length), undefined, { resetMask: mask });
      close(padded.select(0, n).narrow(0, 0, length), alone, 0);
    }
  });
});

test.each([0, 2])(
  "no gradient passes a reset before the first step, whichever state asks for one (checkpointEvery %i)",
  (checkpointEvery) => {
    manualSeed(7);
    const lstm = new nn.LSTM(3, 5, { checkpointEvery });
    const [x, h0, c0] = [randn([4, 2, 3]), randn([1, 2, 5]), withGrad(randn([1, 2, 5]))];
    const mask = int([
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    lstm.forward(x, [h0, c0], { resetMask: mask })[0].sum().backward();
    expect(c0.grad!.select(1, 0).toArray()).toEqual(zeros([1, 5]).toArray());
    expect(c0.grad!.select(1, 1).abs().min().item()).toBeGreaterThan(0);
  },
);

describe.each(NAMES)("returnStates of %s", (name) => {
  test("gives every layer's and direction's states, and the last ones are hn", () => {
    manualSeed(3);
    const module = make(name, 3, 5, { numLayers: 2, bidirectional: true });
    const [output, state, states] = module.forward(randn([6, 2, 3]), undefined, { returnStates: true });
    const hn = (name === "LSTM" ? (state as unknown as nn.LSTMState)[0] : state) as Tensor;
    expect(states.h.map(({ shape }) => shape)).toEqual(new Array(4).fill([6, 2, 5]));
    for (const run of [0, 1, 2, 3]) close(states.h[run]!.select(0, run % 2 === 0 ? 5 : 0), hn.select(0, run), 0);
    close(states.h[2]!, output.narrow(2, 0, 5), 0);
    close(states.h[3]!, output.narrow(2, 5, 5), 0);
  });

  test("carries gradients as the output does", () => {
    manualSeed(4);
    const module = make(name, 3, 5, { numLayers: 2 });
    const x = withGrad(randn([6, 2, 3]));
    const upstream = randn([6, 2, 5]);
    const [output, , states] = module.forward(x, undefined, { returnStates: true });
    output.mul(upstream).sum().backward(undefined, { retainGraph: true });
    const expected = takeGradients(module, x);
    states.h[1]!.mul(upstream).sum().backward();
    for (const [index, gradient] of takeGradients(module, x).entries()) close(gradient, expected[index] as Tensor);
  });
});

test("returnStates gives an LSTM's cell states, and takes their gradients", () => {
  manualSeed(5);
  const lstm = new nn.LSTM(3, 5);
  const cell = new nn.LSTMCell(3, 5);
  cell.loadStateDict(Object.fromEntries(Object.entries(lstm.stateDict()).map(([key, value]) => [key.replace("_l0", ""), value])));
  const x = withGrad(randn([6, 2, 3]));
  const [up, down] = [randn([6, 2, 5]), randn([6, 2, 5])];
  const [, , { h, c }] = lstm.forward(x, undefined, { returnStates: true });
  c[0]!.mul(up).sum().add(h[0]!.mul(down).sum()).backward();
  const gradients = takeGradients(lstm, x);
  let state: nn.LSTMState | undefined;
  let loss = tensor(0);
  for (let t = 0; t < 6; t++) {
    state = cell.forward(x.select(0, t), state);
    close(c[0]!.select(0, t), state[1], 0);
    loss = loss.add(state[1].mul(up.select(0, t)).sum()).add(state[0].mul(down.select(0, t)).sum());
  }
  loss.backward();
  for (const [index, gradient] of takeGradients(cell, x).entries()) close(gradients[index] as Tensor, gradient);
});

test.each(NAMES)("returnStates of %s has all layers and directions also where there is no step", (name) => {
  const module = make(name, 3, 5, { numLayers: 2, bidirectional: true });
  const { h, c = [] } = module.forward(zeros([0, 2, 3]), undefined, { returnStates: true })[2] as nn.LSTMStates<Tensor>;
  expect(h.map(({ shape }) => shape)).toEqual(new Array(4).fill([0, 2, 5]));
  expect(c.map(({ shape }) => shape)).toEqual(new Array(name === "LSTM" ? 4 : 0).fill([0, 2, 5]));
});

test("returnStates of a packed batch is packed", () => {
  manualSeed(6);
  const gru = new nn.GRU(3, 4);
  const packed = packPaddedSequence(randn([5, 3, 3]), [2, 5, 4], { enforceSorted: false });
  const [output, , states] = gru.forward(packed, undefined, { returnStates: true });
  close(states.h[0]!.data, output.data, 0);
  expect(states.h[0]!.batchSizes).toEqual(output.batchSizes);
});

describe("wrong options of a call", () => {
  const lstm = new nn.LSTM(3, 5, { batchFirst: true });
  const x = randn([2, 4, 3]);
  const call = (options: object) => () => lstm.forward(x, undefined, options);
  test.each([
    [
      { resetMask: zeros([2, 4], { dtype: "int32" }) },
      "LSTM.forward: resetMask must be [4, 2], got [2, 4]; a reset mask is [T, N], never batch first",
    ],
    [
      { resetMask: zeros([4, 2]) },
      'LSTM.forward: resetMask must be an int32 tensor, got a float32 tensor [4, 2]; make it with { dtype: "int32" }',
    ],
    [
      {
        resetMask: int([
          [0, 2],
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
      },
      "LSTM.forward: resetMask must be of zeros and ones, got a value 2",
    ],
    [{ resetMask: [1] }, "LSTM.forward: resetMask must be an int32 tensor, got "],
    [{ returnStates: 1 }, "LSTM.forward: returnStates must be "],
    [{ states: true }, 'LSTM.forward: option must be one of resetMask, returnStates, got "states"'],
  ])("%o", (options, message) => {
    const before = lstm.forward(x)[0].data;
    expect(call(options)).toThrow(message);
    expect(lstm.forward(x)[0].data).toEqual(before);
  });

  test("of the constructor", () => {
    expect(() => new nn.GRU(3, 5, { recurrentDropout: 1.5 })).toThrow("nn.GRU: recurrentDropout must be ");
    expect(() => new nn.GRU(3, 5, { layerNorm: 1 as unknown as boolean })).toThrow("nn.GRU: layerNorm must be ");
  });
});
