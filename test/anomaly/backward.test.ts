// A gradient inside a recurrent network that is not finite is found where backward meets it first: from the last layer and step.

import { detectAnomaly, manualSeed, nn, randn, type Tensor, tensor, zeros } from "unrolled";
import { beforeEach, describe, expect, test } from "vitest";
import { anomalyOf, put } from "./anomalies.js";

beforeEach(() => {
  manualSeed(5);
});

const after = "what comes from the loss and the steps after it is finite";

/** A linear recurrence (relu of what is positive), h' = factor · h + x: its gradient grows by the factor with each step back. */
function growing(factor: number, options: nn.RNNOptions = {}): nn.RNN {
  const rnn = new nn.RNN(2, 2, { nonlinearity: "relu", bias: false, ...options });
  for (const [name, parameter] of rnn.namedParameters())
    put(
      parameter,
      [0, 1, 2, 3].map((at) => [at, at % 3 === 0 ? (name.includes("hh") ? factor : 1) : 0]),
    );
  return rnn;
}

/** The steps back after which `factor^k` is beyond float32. */
function overflowAfter(factor: number): number {
  let [value, steps] = [1, 0];
  for (; Number.isFinite(value); steps++) value = Math.fround(value * factor);
  return steps;
}

describe("an exploding gradient", () => {
  // h stays small: x is tiny, and the last steps alone are looked at.
  const x = () => zeros([60, 3, 2]).add(1e-30);

  test("names the step whose state it overflows before", () => {
    const rnn = growing(100);
    const k = overflowAfter(100);
    const input = x().narrow(0, 0, 25);
    const message = anomalyOf(() => {
      const [output] = rnn.forward(input);
      output.select(0, 24).select(0, 1).sum().backward();
    });
    // The gradient of h after step 24 is 1, before step 24 100, …
    expect(message).toBe(
      `the gradient of h before step ${25 - k} of RNN, layer 0, batch row 1, unit 0, must be finite, got Infinity; ${after}`,
    );
  });

  test("in the reverse direction goes to later steps", () => {
    const rnn = growing(100, { bidirectional: true });
    const k = overflowAfter(100);
    const message = anomalyOf(() => {
      const [output] = rnn.forward(x().narrow(0, 0, 25));
      output.select(0, 2).narrow(1, 2, 2).sum().backward();
    });
    expect(message).toBe(
      `the gradient of h before step ${1 + k} of RNN, layer 0, reverse, batch row 0, unit 0, must be finite, got Infinity; ${after}`,
    );
  });

  test("in a packed batch counts from the end of each sequence", () => {
    const rnn = growing(100);
    const k = overflowAfter(100);
    const packed = nn.utils.rnn.packPaddedSequence(x().narrow(0, 0, 24), [24, 21, 3]);
    const message = anomalyOf(() => rnn.forward(packed)[1].select(0, 0).select(0, 1).sum().backward());
    expect(message).toBe(
      `the gradient of h before step ${21 - k} of RNN, layer 0, batch row 1, unit 0, must be finite, got Infinity; ${after}`,
    );
  });

  test("of a lower layer, through the mask of dropout", () => {
    const rnn = growing(1, { numLayers: 2, dropout: 0.5 });
    for (const [parameter, factor] of [
      [rnn["weight_hh_l1"] as Tensor, 0],
      [rnn.weight_hh_l0, 100],
    ] as const) {
      put(parameter, [
        [0, factor],
        [3, factor],
      ]);
    }
    put(rnn["weight_ih_l1"] as Tensor, [[2, 1]]);
    const input = x().narrow(0, 0, 12);
    // Unit 0 of layer 1 is unit 0 below, unit 1 the sum of both: in the last step of row 0 the mask has dropped unit 0 alone.
    manualSeed(7);
    const [zero, sum] = rnn.forward(input)[0].select(0, 11).data;
    expect(zero).toBe(0);
    expect(sum).toBeGreaterThan(0);
    manualSeed(7);
    const message = anomalyOf(() => rnn.forward(input)[0].select(0, 11).mul(1e20).sum().backward());
    // Without the mask a gradient would go back to unit 0, too, and overflow there as soon.
    expect(message).toBe(`the gradient of h before step 2 of RNN, layer 0, batch row 0, unit 1, must be finite, got Infinity; ${after}`);
  });
});

describe("parameters", () => {
  test.each([
    ["i", 0],
    ["f", 1],
    ["g", 2],
    ["o", 3],
  ] as const)("LSTM: gate %s, with what it is multiplied by", (gate, index) => {
    const lstm = new nn.LSTM(2, 3, { numLayers: 2 });
    // A large input of one step at which the gradient arrives, and weights of 0, so that the gates are in their middle.
    for (const parameter of lstm.parameters())
      put(
        parameter,
        Array.from({ length: parameter.numel() }, (_, at) => [at, 0.01 * (at % 7)]),
      );
    put(
      lstm.weight_ih_l0,
      Array.from({ length: 24 }, (_, at) => [at, 0]),
    );
    // Only this gate's row of W_ih gets a gradient that is not nothing: the others are at their ends, or see none.
    const bias = lstm.bias_ih_l0 as Tensor;
    put(
      bias,
      Array.from({ length: 12 }, (_, row) => [row, Math.floor(row / 3) === index ? 0.5 : 40]),
    );
    if (gate !== "g")
      put(
        bias,
        [6, 7, 8].map((row) => [row, 40]),
      );
    const input = zeros([6, 2, 2]);
    put(input, [[(4 * 2 + 1) * 2, 3e38]]);
    const message = anomalyOf(() => {
      const [, [hn]] = lstm.forward(input, [zeros([2, 2, 3]), zeros([2, 2, 3]).add(gate === "f" ? 1 : 0.1)]);
      hn.mul(1e4).sum().backward();
    });
    expect(message).toMatch(
      new RegExp(
        `^the gradient of weight_ih_l0 of LSTM must be finite, got -?Infinity at \\[\\d+, 0\\] \\(gate ${gate}, unit \\d\\) at step 4, going back; ${after}$`,
      ),
    );
  });

  test("with the name that the model gives them", () => {
    class Model extends nn.Module {
      rnn = new nn.GRU(2, 3);
    }
    const model = new Model();
    put(
      model.rnn.weight_ih_l0,
      Array.from({ length: 18 }, (_, at) => [at, 0]),
    );
    const input = zeros([5, 2, 2]);
    put(input, [[(3 * 2 + 1) * 2 + 1, -3e38]]);
    const message = anomalyOf(() => model.rnn.forward(input)[0].mul(1e4).sum().backward(), model);
    expect(message).toMatch(
      /^the gradient of parameter rnn\.weight_ih_l0 must be finite, got -?Infinity at \[\d, 1\] \(gate [rzn], unit \d\) at step 3, going back;/,
    );
  });
});

test("the gradient of the input, batch first", () => {
  const gru = new nn.GRU(2, 3, { batchFirst: true });
  put(
    gru.weight_ih_l0,
    Array.from({ length: 18 }, (_, at) => [at, at % 2 === 0 ? 1e36 : 0]),
  );
  const input = zeros([2, 5, 2]).requiresGrad_();
  const message = anomalyOf(() => {
    const [output] = gru.forward(input, zeros([1, 2, 3]));
    output.select(1, 3).select(0, 1).mul(1e4).sum().backward();
  });
  expect(message).toMatch(
    /^the gradient of the input of step 3 of GRU, layer 0, batch row 1, feature 0, must be finite, got (NaN|-?Infinity);/,
  );
});

test("finite gradients pass, with all that a network can have", () => {
  const lstm = new nn.LSTM(3, 5, { numLayers: 3, bidirectional: true, projSize: 2, dropout: 0.4, checkpointEvery: 2 });
  const packed = nn.utils.rnn.packPaddedSequence(randn([7, 3, 3]).requiresGrad_(), [2, 7, 4], { enforceSorted: false });
  detectAnomaly(() => {
    const [output, [hn, cn]] = lstm.forward(packed);
    output.data.sum().add(hn.sum()).add(cn.sum()).backward(undefined, { retainGraph: true });
  });
  for (const { grad } of lstm.parameters()) expect((grad as Tensor).data.every(Number.isFinite)).toBe(true);
});

test("after an error in backward the next one gives the same gradients as without it", () => {
  const rnn = growing(100);
  const good = () => {
    rnn.zeroGrad();
    rnn
      .forward(tensor([[[1, 2]], [[3, 4]]]))[0]
      .sum()
      .backward();
    return rnn.parameters().map(({ grad }) => [...(grad as Tensor).data]);
  };
  const expected = good();
  anomalyOf(() =>
    rnn
      .forward(zeros([40, 1, 2]).add(1e-30))[1]
      .sum()
      .backward(),
  );
  expect(good()).toEqual(expected);
});
