import { manualSeed, nn, randn, tensor, zeros } from "unrolled";
import { bpttReport } from "unrolled/insight";
import { beforeEach, describe, expect, test } from "vitest";
import { put } from "../anomaly/anomalies.js";

beforeEach(() => {
  manualSeed(1);
});

describe("the verdict", () => {
  const wide = (rnn: nn.RNN, factor: number) => {
    put(
      rnn.weight_hh_l0,
      [...rnn.weight_hh_l0.data].map((value, at) => [at, value * factor]),
    );
    return rnn;
  };
  const last = (rnn: nn.RNN, steps: number) => () =>
    rnn
      .forward(zeros([steps, 2, 4]))[0]
      .select(0, steps - 1)
      .sum();

  /** An RNN without nonlinearity to speak of, W_hh = factor · 1. */
  const linear = (factor: number) => {
    const rnn = new nn.RNN(4, 8, { nonlinearity: "relu", bias: false });
    nn.init.eye_(rnn.weight_hh_l0);
    return wide(rnn, factor);
  };
  const run = (rnn: nn.RNN, steps: number) =>
    bpttReport(rnn, () =>
      rnn
        .forward(randn([steps, 2, 4]).abs(), randn([1, 2, 8]).abs())[0]
        .select(0, steps - 1)
        .sum(),
    );

  test("of powers of a number is what they are", () => {
    for (const [factor, kind] of [
      [0.5, "vanishing"],
      [0.9, "steady"],
      [1.2, "steady"],
      [1.5, "exploding"],
    ] as const) {
      const rnn = linear(factor);
      nn.init.ones_(rnn.weight_ih_l0);
      const { verdict, spectralRadius } = run(rnn, 31).layers[0]!;
      expect([verdict.kind, verdict.ratio / factor ** 30]).toEqual([kind, expect.closeTo(1, 4)]);
      expect(spectralRadius).toBeCloseTo(factor, 6);
    }
    const half = linear(0.5);
    nn.init.ones_(half.weight_ih_l0);
    // 2⁻¹⁹ is above 1e-6, 2⁻²⁰ below.
    expect(run(half, 31).layers[0]!.verdict).toMatchObject({ reach: 20, steps: 31 });
    expect(run(half, 31).layers[0]!.verdict.text).toBe(
      "gradients reach back 20 of 31 steps; before that they are below 1e-6 of the last step's: vanishing",
    );
  });

  test("of gradients that leave the range of float32, at either end", () => {
    const small = linear(0.02);
    nn.init.ones_(small.weight_ih_l0);
    const vanished = run(small, 100).layers[0]!.verdict;
    expect(vanished).toMatchObject({ kind: "vanishing", ratio: 0, reach: 4 });
    expect(vanished.text).toMatch(/, and from step \d+ on back exactly 0: vanishing$/);
    // tanh of zeros: W_hh³⁰⁰ with nothing to hold it.
    const large = wide(new nn.RNN(4, 8, { bias: false }), 1);
    nn.init.eye_(large.weight_hh_l0);
    wide(large, 3);
    const overflown = bpttReport(large, last(large, 300)).layers[0]!.verdict;
    expect(overflown).toMatchObject({ kind: "exploding", ratio: Number.POSITIVE_INFINITY });
    expect(overflown.text).toMatch(/^gradients overflow float32 at step \d+, after \d+ of 300 steps back: exploding$/);
    expect(overflown.overflow! / (299 - 38.53 / Math.log10(3))).toBeCloseTo(1, 1);
  });

  test("does not depend on how large the loss is", () => {
    const rnn = wide(new nn.RNN(4, 8), 2);
    const x = randn([40, 2, 4]);
    const verdicts = [1e-30, 1, 1e30].map((factor) => bpttReport(rnn, () => rnn.forward(x)[0].mul(factor).sum()).layers[0]!.verdict);
    expect(verdicts[0]!.ratio / verdicts[1]!.ratio).toBeCloseTo(1, 4);
    expect(verdicts[2]!.ratio / verdicts[1]!.ratio).toBeCloseTo(1, 4);
  });

  test("tells of a transient peak, which does not change it", () => {
    // A shift register: powers of it grow and then are 0.
    const rnn = new nn.RNN(4, 8, { bias: false });
    put(
      rnn.weight_hh_l0,
      Array.from(
        { length: 64 },
        (_, at) => [at, Math.floor(at / 8) === (at % 8) + 1 ? 10 : Math.floor(at / 8) === at % 8 ? 0.3 : 0] as const,
      ),
    );
    const { verdict, spectralRadius } = bpttReport(rnn, last(rnn, 60)).layers[0]!;
    expect(spectralRadius).toBeCloseTo(0.3, 4);
    expect(verdict.kind).toBe("vanishing");
    expect(verdict.peak!.ratio).toBeGreaterThan(1e3);
    expect(verdict.text).toContain(`: vanishing; on the way, at step ${verdict.peak!.step}, they are`);
  });

  test("counts from the last reset", () => {
    const rnn = new nn.GRU(4, 6);
    const resetMask = (steps: number[][]) =>
      tensor(
        Array.from({ length: 12 }, (_, t) => steps.map((marks) => +marks.includes(t))),
        { dtype: "int32" },
      );
    const verdict = (marks: number[][]) =>
      bpttReport(rnn, () => rnn.forward(randn([12, 2, 4]), undefined, { resetMask: resetMask(marks) })[0].mean()).layers[0]!.verdict;
    expect(verdict([[8], [5]])).toMatchObject({ kind: "steady", steps: 7, reach: 7 });
    expect(verdict([[8], [5]]).text).toContain("since all of its sequences were reset there (12 steps in all)");
    expect(verdict([[8], []])).toMatchObject({ steps: 12 });
  });

  test("of a loss of the cell state alone is of c", () => {
    const lstm = new nn.LSTM(4, 6);
    const { verdict } = bpttReport(lstm, () => lstm.forward(randn([12, 2, 4]))[1][1].sum()).layers[0]!;
    expect(verdict.kind).toBe("steady");
    expect(verdict.text).toContain("(of c: none arrives at h)");
  });

  test("advises what fits", () => {
    const x = randn([150, 2, 4]);
    const advice = (module: nn.GRU | nn.RNN | nn.LSTM) =>
      bpttReport(module, () => (module as nn.GRU).forward(x)[0].mean()).layers[0]!.verdict.advice.join("\n");
    expect(advice(new nn.LSTM(4, 16))).toMatch(
      /^open the forget gate: nn.init.forgetBias_\(LSTM, 5\) for 150 steps \(f is 0\.\d+ on average/,
    );
    expect(advice(new nn.GRU(4, 16))).toMatch(/^open the update gate: /);
    const tanh = advice(new nn.RNN(4, 16));
    expect(tanh).toMatch(/nn.LSTM or nn.GRU/);
    expect(tanh).toMatch(/nn.init.orthogonal_\(RNN.weight_hh_l0\); its spectral radius is 0\.\d+/);
    expect(advice(new nn.RNN(4, 16, { layerNorm: true }))).not.toContain("layerNorm: true");
    expect(advice(new nn.LSTM(4, 16, { bidirectional: true }))).not.toContain("spans");
    const exploding = advice(wide(new nn.RNN(4, 64), 8));
    expect(exploding).toMatch(/^clip gradients before the optimizer's step: nn.utils.clipGradNorm_\(model.parameters\(\), 1\)/);
    expect(exploding).toMatch(/saturated units/);
  });

  test("goes by thresholds of one's own", () => {
    const rnn = linear(0.9);
    nn.init.ones_(rnn.weight_ih_l0);
    const report = bpttReport(
      rnn,
      () =>
        rnn
          .forward(randn([31, 2, 4]).abs())[0]
          .select(0, 30)
          .sum(),
      { vanishing: 0.5 },
    );
    expect(report.layers[0]!.verdict).toMatchObject({ kind: "vanishing", reach: 7 });
  });
});
