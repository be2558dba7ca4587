import { manualSeed, nn, optim, randn } from "unrolled";
import { watch } from "unrolled/insight";
import { afterEach, describe, expect, test, vi } from "vitest";
import { backwards, passes, stateGradients } from "../../ts/nn/recurrent/observe.js";
import { put } from "../anomaly/anomalies.js";
import { alertsOf, scaled } from "./watched.js";

afterEach(() => {
  vi.restoreAllMocks();
  expect([passes.any, backwards.any, stateGradients.any]).toEqual([false, false, false]);
});

describe("alerts", () => {
  test("of gradients that vanish and explode, once", () => {
    manualSeed(3);
    const x = randn([80, 2, 4]);
    for (const [factor, kind] of [
      [0.3, "vanishing"],
      [6, "exploding"],
    ] as const) {
      const rnn = scaled(new nn.RNN(4, 40), factor);
      const alerts = alertsOf(rnn, () => rnn.forward(x)[0].mean(), 12);
      expect(alerts).toHaveLength(1);
      expect(alerts[0]).toMatchObject({ kind, step: 1, module: "RNN", layer: 0, direction: "forward" });
      expect(alerts[0]!.text).toMatch(kind === "vanishing" ? /^in RNN l0, gradients reach back \d+ of 80 steps: vanishing$/ : /exploding$/);
    }
  });

  test("of a loop over a cell", () => {
    manualSeed(4);
    const cell = new nn.RNNCell(4, 8);
    put(
      cell.weight_hh,
      [...cell.weight_hh.data].map((value, at) => [at, value * 0.1]),
    );
    const x = randn([30, 2, 4]);
    const loss = () => {
      let h = cell.forward(x.select(0, 0));
      for (let t = 1; t < 30; t++) h = cell.forward(x.select(0, t), h);
      return h.mean();
    };
    const alerts = alertsOf(cell, loss);
    expect(alerts).toMatchObject([{ kind: "vanishing", module: "RNNCell" }]);
    // A cell has no layers to tell apart.
    expect(alerts[0]!.text).toMatch(/^in RNNCell, gradients reach back \d+ of 30 steps: vanishing$/);
  });

  test("of units of relu that die: after three looks without a sign of life", () => {
    manualSeed(5);
    const rnn = new nn.RNN(4, 6, { nonlinearity: "relu" });
    put(rnn.bias_ih_l0!, [
      [2, -100],
      [5, -100],
    ]);
    const alerts = alertsOf(rnn, () => rnn.forward(randn([9, 2, 4]))[0].mean(), 5).filter(({ kind }) => kind === "dead");
    expect(alerts).toMatchObject([{ step: 3, module: "RNN", layer: 0, direction: "forward" }]);
    expect(alerts[0]!.text).toContain("2 units of relu never became active in 3 looks: dead (2, 5)");
  });

  test("of a norm of all gradients that leaps", () => {
    manualSeed(6);
    const gru = new nn.GRU(4, 6);
    const x = randn([5, 2, 4]);
    const alerts = alertsOf(
      gru,
      (step) =>
        gru
          .forward(x)[0]
          .mean()
          .mul(step === 14 ? 1e5 : 1),
      20,
    );
    expect(alerts).toMatchObject([{ kind: "exploding", step: 15, module: null }]);
    expect(alerts[0]!.text).toMatch(/100000|1e5/);
  });

  test("are printed once of each kind, if nobody takes them", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    manualSeed(3);
    const rnn = scaled(new nn.RNN(4, 40, { numLayers: 2 }), 0.3);
    const optimizer = new optim.SGD(rnn.parameters(), { lr: 0 });
    const watcher = watch(rnn, optimizer, { every: 1 });
    const x = randn([300, 2, 4]);
    rnn.forward(x)[0].mean().backward();
    optimizer.step();
    watcher.stop();
    expect(watcher.alerts.length).toBeGreaterThan(1);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/^unrolled: at step 1 of training in RNN l0, gradients reach back/);
  });
});
