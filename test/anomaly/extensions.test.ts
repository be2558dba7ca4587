// Anomalies are found at their place also where a pass has what PyTorch's does not: resets, returned states, recurrent dropout, layer norm.

import { detectAnomaly, manualSeed, nn, noGrad, randn, tensor, zeros } from "unrolled";
import { beforeEach, expect, test } from "vitest";
import { anomalyOf } from "./anomalies.js";

beforeEach(() => {
  manualSeed(6);
});

const STEPS = 40;
/** x is tiny, so that h stays finite where its gradient does not. */
const x = () => zeros([STEPS, 1, 1]).add(1e-38);

/** h' = factor · h + x, of one unit. */
function growing(factor: number, options: nn.RNNOptions = {}): nn.RNN {
  const rnn = new nn.RNN(1, 1, { nonlinearity: "relu", bias: false, ...options });
  noGrad(() => {
    rnn.weight_ih_l0.fill_(1);
    rnn.weight_hh_l0.fill_(factor);
  });
  return rnn;
}

const resetAt = (step: number) =>
  tensor(
    Array.from({ length: STEPS }, (_, t) => [Number(t === step)]),
    { dtype: "int32" },
  );

test("no gradient explodes through a reset", () => {
  const rnn = growing(5);
  const grow = (step: number) =>
    rnn
      .forward(x(), undefined, { resetMask: resetAt(step) })[0]
      .select(0, STEPS - 1)
      .mul(1e20)
      .sum()
      .backward();
  // 1e20 · 5^k is beyond float32 for k = 27.
  expect(anomalyOf(() => grow(0))).toContain(
    `the gradient of h before step ${STEPS - 27} of RNN, layer 0, batch row 0, unit 0, must be finite`,
  );
  rnn.zeroGrad();
  expect(() => detectAnomaly(() => grow(20))).not.toThrow();
});

test("a gradient that comes through returned states is walked from there", () => {
  const rnn = growing(5);
  const message = anomalyOf(() => {
    const [, , { h }] = rnn.forward(x(), undefined, { returnStates: true });
    h[0]!.select(0, 30).mul(1e20).sum().backward();
  });
  expect(message).toContain(`the gradient of h before step ${31 - 27} of RNN, layer 0, batch row 0, unit 0, must be finite, got Infinity`);
});

test("a mask of recurrent dropout has its share in what explodes", () => {
  const rnn = growing(5 / 2, { recurrentDropout: 0.5 });
  const run = () =>
    rnn
      .forward(x())[0]
      .select(0, STEPS - 1)
      .mul(1e20)
      .sum()
      .backward();
  manualSeed(firstSeed((kept) => kept));
  expect(anomalyOf(run)).toContain(`the gradient of h before step ${STEPS - 27} of RNN`);
  rnn.zeroGrad();
  manualSeed(firstSeed((kept) => !kept));
  expect(() => detectAnomaly(run)).not.toThrow();

  /** The first seed whose mask keeps the unit, or does not. */
  function firstSeed(isWanted: (kept: boolean) => boolean): number {
    for (let seed = 0; ; seed++) {
      manualSeed(seed);
      if (
        isWanted(
          noGrad(
            () =>
              rnn
                .forward(x())[0]
                .select(0, STEPS - 1)
                .item() > 1e-30,
          ),
        )
      )
        return seed;
    }
  }
});

test.each(["RNN", "LSTM", "GRU"] as const)("the step of %s with layer norm whose product overflows is named", (name) => {
  const module = new nn[name](3, 5, { numLayers: 2, layerNorm: true, recurrentDropout: 0.3 }) as nn.GRU;
  const input = randn([9, 2, 3]);
  noGrad(() => {
    const values = input.data as Float32Array;
    values.fill(3e38, (6 * 2 + 1) * 3, (6 * 2 + 2) * 3);
    input.copy_(tensor(values, { shape: [9, 2, 3] }));
    module.weight_ih_l0.fill_(1);
  });
  const message = anomalyOf(() => module.forward(input));
  expect(message).toContain(`of ${name}, layer 0, at step 6, batch row 1, unit 0 must be finite, got NaN`);
});
