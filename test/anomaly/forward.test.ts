// A value in a recurrent network that is not finite is found where it comes to be: layer, direction, step, batch row, gate.

import { backend, detectAnomaly, manualSeed, nn, noGrad, randn, type Tensor, zeros } from "unrolled";
import { beforeEach, describe, expect, test } from "vitest";
import { anomalyOf, put } from "./anomalies.js";

const HUGE = 3e38;

beforeEach(() => {
  manualSeed(7);
});

/** `[T, N, I]` that is zero before a step in all rows, and from then on in all but one. */
function impulse(steps: number, batch: number, width: number, from: number, row: number): Tensor {
  const x = zeros([steps, batch, width]);
  const values = Array.from({ length: steps - from }, (_, t) =>
    Array.from({ length: width }, (__, i) => ((from + t) * batch + row) * width + i),
  );
  put(
    x,
    values.flat().map((index) => [index, 1]),
  );
  return x;
}

/**
 * An LSTM whose layer 1 makes ∞ − ∞ in one unit of one gate as soon as layer 0 gives anything but zeros: without biases zeros stay zeros.
 * The projection of layer 0 makes large numbers, and two of them that are equal.
 */
function brittleLSTM(gate: number, unit: number, options: nn.LSTMOptions = {}): nn.LSTM {
  const lstm = new nn.LSTM(3, 5, { numLayers: 3, bias: false, projSize: 2, ...options });
  const large = Array.from({ length: 5 }, (_, k) => [k, 1e4 * (k + 1)] as const);
  for (const suffix of lstm.bidirectional ? ["", "_reverse"] : [""]) {
    put(lstm[`weight_hr_l0${suffix}`] as Tensor, [...large, ...large.map(([k, value]) => [5 + k, value] as const)]);
  }
  const width = lstm.bidirectional ? 4 : 2;
  const row = (gate * 5 + unit) * width;
  put(lstm["weight_ih_l1"] as Tensor, [
    [row, HUGE],
    [row + 1, -HUGE],
  ]);
  return lstm;
}

// The relaxed core fuses a multiplication with the addition: a chain that has become infinite stays so, and no finite weights make ∞ − ∞ in it.
describe.skipIf(backend().simd === "relaxed")("LSTM, where a gate becomes ∞ − ∞", () => {
  test.each([
    ["i", 0],
    ["f", 1],
    ["g", 2],
    ["o", 3],
  ] as const)("gate %s of layer 1 at step 7", (gate, index) => {
    const lstm = brittleLSTM(index, 3);
    const message = anomalyOf(() => lstm.forward(impulse(11, 4, 3, 7, 2)));
    expect(message).toMatch(
      new RegExp(
        `^gate ${gate} of LSTM, layer 1, at step 7, batch row 2, unit 3 must be finite, got NaN; its x \\(up to [\\d.]+\\), h \\(up to 0\\), c \\(up to 0\\) and parameters \\(up to 3e\\+38\\) are finite: a product or a projection of them is not$`,
      ),
    );
  });

  test("in a batch-first batch, without gradients, with the name of the module", () => {
    class Model extends nn.Module {
      rnn = brittleLSTM(2, 3, { batchFirst: true });
    }
    const model = new Model();
    const x = impulse(11, 4, 3, 7, 2).transpose(0, 1);
    expect(anomalyOf(() => noGrad(() => model.rnn.forward(x)), model)).toMatch(
      /^gate g of LSTM rnn, layer 1, at step 7, batch row 2, unit 3 must/,
    );
  });

  test("in the reverse direction: its first step is the last of the sequence", () => {
    const lstm = brittleLSTM(1, 4, { bidirectional: true });
    // Forward: nothing is amiss; reverse: another place.
    put(lstm["weight_ih_l1"] as Tensor, [
      [36, 0],
      [37, 0],
    ]);
    put(lstm["weight_ih_l1_reverse"] as Tensor, [
      [(2 * 5 + 1) * 4 + 2, HUGE],
      [(2 * 5 + 1) * 4 + 3, -HUGE],
    ]);
    // In the reverse direction of layer 0 everything before the impulse, in its order, is zero.
    const x = zeros([9, 2, 3]);
    put(x, [[(4 * 2 + 1) * 3, 1]]);
    expect(anomalyOf(() => lstm.forward(x))).toMatch(
      /^gate g of LSTM, layer 1, reverse, at step 4, batch row 1, unit 1 must be finite, got NaN/,
    );
  });

  test("in a packed batch: rows are those of the sorted sequences", () => {
    const lstm = brittleLSTM(3, 0);
    const padded = impulse(9, 3, 3, 2, 1);
    const packed = nn.utils.rnn.packPaddedSequence(padded, [2, 4, 9], { enforceSorted: false });
    expect(anomalyOf(() => lstm.forward(packed))).toMatch(
      /^gate o of LSTM, layer 1, at step 2, batch row 1, unit 0 must be finite, got NaN/,
    );
    const shorter = nn.utils.rnn.packPaddedSequence(padded, [2, 2, 9], { enforceSorted: false });
    detectAnomaly(() => lstm.forward(shorter));
  });

  test("with dropout between the layers: the same masks", () => {
    const lstm = brittleLSTM(2, 1, { dropout: 0.5 });
    const x = impulse(30, 2, 3, 4, 1);
    manualSeed(3);
    const [output] = lstm.forward(x);
    const values = [...output.data];
    const first = Math.floor(values.findIndex(Number.isNaN) / (2 * 2));
    expect(first).toBeGreaterThanOrEqual(4);
    manualSeed(3);
    expect(anomalyOf(() => lstm.forward(x))).toMatch(
      new RegExp(`^gate g of LSTM, layer 1, at step ${first}, batch row 1, unit 1 must be finite, got NaN`),
    );
  });

  test("with checkpoints", () => {
    const lstm = brittleLSTM(2, 3, { checkpointEvery: 3 });
    expect(anomalyOf(() => lstm.forward(impulse(11, 4, 3, 7, 2)))).toMatch(/^gate g of LSTM, layer 1, at step 7, batch row 2, unit 3 must/);
  });
});

test("LSTM: a projection that overflows: h, and no gate", () => {
  const lstm = new nn.LSTM(3, 5, { bias: false, projSize: 2 });
  put(
    lstm["weight_hr_l0"] as Tensor,
    [5, 6, 7, 8, 9].map((index) => [index, HUGE]),
  );
  put(
    lstm.weight_ih_l0,
    Array.from({ length: 60 }, (_, index) => [index, 50]),
  );
  const message = anomalyOf(() => lstm.forward(impulse(6, 3, 3, 4, 0)));
  expect(message).toMatch(/^the state h of LSTM, layer 0, at step 4, batch row 0, unit 1 must be finite, got Infinity; its x \(up to 1\)/);
});

test("GRU: gate n, where W_in·x goes to ∞ and, a step later, W_hn·h to −∞", () => {
  const gru = new nn.GRU(3, 5, { numLayers: 2, bias: false });
  const rows = (first: number, count: number, width: number, value: number) =>
    Array.from({ length: count * width }, (_, k) => [first * width + k, value] as const);
  const [z, n] = [5, 10];
  // All units of both layers go to 1 at once: z is near 0, and n near 1.
  put(gru.weight_ih_l0, [...rows(z, 5, 3, -50), ...rows(n, 5, 3, 50)]);
  put(gru["weight_ih_l1"] as Tensor, [...rows(z, 5, 5, -50), ...rows(n, 4, 5, 50), ...rows(n + 4, 1, 5, HUGE)]);
  put(gru["weight_hh_l1"] as Tensor, rows(n + 4, 1, 5, -HUGE));
  const message = anomalyOf(() => gru.forward(impulse(11, 4, 3, 6, 2)));
  expect(message).toMatch(
    /^gate n of GRU, layer 1, at step 7, batch row 2, unit 4 must be finite, got NaN; its x \(up to 1\), h \(up to 1\) and par/,
  );
});

describe("RNN", () => {
  test("that explodes to infinity: the step at which it does", () => {
    const rnn = new nn.RNN(2, 3, { nonlinearity: "relu", bias: false });
    put(
      rnn.weight_ih_l0,
      [0, 1, 2, 3, 4, 5].map((index) => [index, 1]),
    );
    put(
      rnn.weight_hh_l0,
      Array.from({ length: 9 }, (_, index) => [index, index % 4 === 0 ? 1000 : 0]),
    );
    let [h, step] = [0, -1];
    do {
      h = Math.fround(Math.fround(h * 1000) + 2);
      step++;
    } while (Number.isFinite(h));
    const x = zeros([40, 3, 2]);
    // Row 1 begins at step 5.
    put(x, Array.from({ length: 35 }, (_, t) => [0, 1].map((i) => [((5 + t) * 3 + 1) * 2 + i, 1] as const)).flat());
    const message = anomalyOf(() => rnn.forward(x));
    expect(step).toBe(13);
    expect(message).toMatch(
      new RegExp(
        `^the state h of RNN, layer 0, at step ${5 + step}, batch row 1, unit 0 must be finite, got Infinity; its x \\(up to 1\\), h \\(up to 2e\\+36\\)`,
      ),
    );
  });
});

describe("what was not finite before", () => {
  const lstm = () => new nn.LSTM(3, 5, { numLayers: 2 });

  test("the input", () => {
    const x = randn([6, 4, 3]);
    put(x, [[(5 * 4 + 2) * 3 + 1, Number.NaN]]);
    const before = "no operation in detectAnomaly has made it: it came from outside";
    expect(anomalyOf(() => lstm().forward(x))).toBe(
      `the input of LSTM must be finite, got NaN at [5, 2, 1] (step 5, batch row 2, feature 1); ${before}`,
    );
    const gru = new nn.GRU(3, 5, { batchFirst: true });
    const swapped = x.transpose(0, 1);
    expect(anomalyOf(() => gru.forward(swapped))).toBe(
      `the input of GRU must be finite, got NaN at [2, 5, 1] (step 5, batch row 2, feature 1); ${before}`,
    );
    const packed = nn.utils.rnn.packPaddedSequence(x, [6, 6, 6, 1]);
    expect(anomalyOf(() => lstm().forward(packed))).toMatch(/^the input of LSTM .* \(step 5, batch row 2, feature 1\)/);
  });

  test("a state", () => {
    const [h, c] = [randn([2, 4, 5]), randn([2, 4, 5])];
    put(c, [[27, Number.POSITIVE_INFINITY]]);
    expect(anomalyOf(() => lstm().forward(randn([6, 4, 3]), [h, c]))).toMatch(
      /^c0 of LSTM must be finite, got Infinity at \[1, 1, 2\] \(of \[2, 4, 5\]\)/,
    );
  });

  test("a parameter", () => {
    class Model extends nn.Module {
      rnn = lstm();
    }
    const model = new Model();
    put(model.rnn["weight_hh_l1"] as Tensor, [[(2 * 5 + 3) * 5 + 4, Number.NaN]]);
    const place = "must be finite, got NaN at [13, 4] (gate g, unit 3)";
    expect(anomalyOf(() => model.rnn.forward(randn([6, 4, 3])))).toBe(`weight_hh_l1 of LSTM ${place}`);
    expect(anomalyOf(() => model.rnn.forward(randn([6, 4, 3])), model)).toBe(`parameter rnn.weight_hh_l1 ${place}`);
  });
});
