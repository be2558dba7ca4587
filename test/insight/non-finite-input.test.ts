import { manualSeed, nn, optim, randn, type Tensor, tensor } from "unrolled";
import { bpttReport, watch } from "unrolled/insight";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => {
  manualSeed(1);
});

/** One value of step 3 is infinite: gates and states are at an end there, and finite, as σ and tanh are. */
function infinite(): Tensor {
  const data = randn([7, 2, 3]).data.slice();
  data[20] = Number.POSITIVE_INFINITY;
  return tensor(Float32Array.from(data as Float32Array), { shape: [7, 2, 3] });
}

describe("an input that is infinite is no gradient that explodes", () => {
  test.each([
    ["RNN", () => new nn.RNN(3, 5)],
    ["LSTM", () => new nn.LSTM(3, 5)],
    ["GRU", () => new nn.GRU(3, 5)],
  ] as const)("%s", (_, make) => {
    const rnn = make() as nn.GRU;
    const x = infinite();
    const report = bpttReport(rnn, () => rnn.forward(x)[0].pow(2).mean());
    expect(report.anomaly).toMatchObject({ phase: "backward" });
    expect(report.anomaly!.text).toMatch(/not finite from step \d on back, as its input is not finite$/);
    expect(report.layers[0]!.verdict).toMatchObject({ kind: "unknown", why: "forward not finite", advice: [] });
    const optimizer = new optim.SGD(rnn.parameters(), { lr: 0 });
    const watcher = watch(rnn, optimizer, { every: 1, onAlert: () => {} });
    rnn.forward(x)[0].pow(2).mean().backward();
    optimizer.step();
    watcher.stop();
    expect(watcher.alerts.map(({ kind, text }) => [kind, text])).toEqual([["non-finite", report.anomaly!.text]]);
    expect(watcher.history[0]!.layers[0]!.reach).toMatchObject({ kind: "unknown", why: "forward not finite" });
  });
});
