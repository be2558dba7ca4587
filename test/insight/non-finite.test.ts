import { backend, detectAnomaly, manualSeed, nn, optim, randn, type Tensor, tensor, zeros } from "unrolled";
import { type Alert, bpttReport, watch } from "unrolled/insight";
import { describe, expect, test } from "vitest";
import { put } from "../anomaly/anomalies.js";
import { alertsOf, Tagger } from "./watched.js";

// The relaxed core fuses a multiplication with the addition: there no finite weights make ∞ − ∞ in a chain.
describe.skipIf(backend().simd === "relaxed")("a NaN that comes to be in gate g of layer 1 at step 7", () => {
  const HUGE = 3e38;

  /** Zeros before step 7, where layer 0 gives large numbers to layer 1, which takes the difference of two products that are infinite. */
  function brittle(): { model: Tagger; x: Tensor } {
    manualSeed(7);
    const lstm = new nn.LSTM(3, 5, { numLayers: 2, bias: false, projSize: 2 });
    const large = Array.from({ length: 5 }, (_, k) => 1e4 * (k + 1));
    put(lstm["weight_hr_l0"]!, [...large.map((value, k) => [k, value] as const), ...large.map((value, k) => [5 + k, value] as const)]);
    const row = (2 * 5 + 3) * 2;
    put(lstm["weight_ih_l1"]!, [
      [row, HUGE],
      [row + 1, -HUGE],
    ]);
    const model = new Tagger(lstm);
    model.head = new nn.Linear(2, 3);
    const x = zeros([11, 4, 3]);
    put(
      x,
      Array.from({ length: 4 * 12 }, (_, k) => [7 * 12 + k, 1] as const),
    );
    return { model, x };
  }

  const place = { module: "rnn", layer: 1, direction: "forward", gate: "g" };

  test("is found by watch", () => {
    const { model, x } = brittle();
    const alerts = alertsOf(model, () => model.forward(x).mean(), 3);
    expect(alerts.filter(({ kind }) => kind === "non-finite")).toMatchObject([{ ...place, step: 1, time: 7 }]);
    expect(alerts[0]!.text).toBe("gate g of rnn l1 is NaN at step 7 (row 0 of the batch, unit 3)");
  });

  test("by bpttReport", () => {
    const { model, x } = brittle();
    const report = bpttReport(model, () => model.forward(x).mean());
    expect(report.anomaly).toMatchObject({ ...place, phase: "forward", step: 7 });
    expect(report.toString()).toContain("not finite: gate g of rnn l1 is NaN at step 7");
    expect(report.layers.map(({ verdict }) => verdict.kind)).toEqual(["unknown", "unknown"]);
  });

  test("and by detectAnomaly", () => {
    const { model, x } = brittle();
    expect(() => detectAnomaly(() => model.forward(x), { model })).toThrow(
      "gate g of LSTM rnn, layer 1, at step 7, batch row 0, unit 3 must be finite",
    );
  });
});

describe("gradients that are not finite", () => {
  /** A gradient of infinity at the output of step 4. */
  function poisoned(model: Tagger): Tensor {
    const [output] = (model.rnn as nn.GRU).forward(randn([9, 2, 4]));
    const factors = Array.from({ length: 9 * 2 * 6 }, (_, at) => (Math.floor(at / 12) === 4 ? Number.POSITIVE_INFINITY : 1));
    return output.mul(tensor(factors, { shape: [9, 2, 6] })).sum();
  }

  test.each([1, 10])("are found at the step that they come to, looked at or not (every %i)", (every) => {
    manualSeed(8);
    const model = new Tagger(new nn.GRU(4, 6));
    const optimizer = new optim.SGD(model.rnn.parameters(), { lr: 0 });
    const alerts: Alert[] = [];
    const watcher = watch(model, optimizer, { every, onAlert: (alert) => alerts.push(alert) });
    for (let step = 1; step <= 5; step++) {
      optimizer.zeroGrad();
      (step === 3 ? poisoned(model) : (model.rnn as nn.GRU).forward(randn([9, 2, 4]))[0].sum()).backward();
      optimizer.step();
    }
    watcher.stop();
    expect(alerts).toMatchObject([{ kind: "non-finite", step: 3, time: 4, module: "rnn", layer: 0 }]);
    expect(alerts[0]!.text).toBe(
      "the gradient of rnn l0 is not finite from step 4 on back: what arrives from the loss is not finite already",
    );
  });

  test("outside of recurrent modules are those of a parameter", () => {
    manualSeed(9);
    const model = new Tagger(new nn.GRU(4, 6));
    const x = randn([5, 2, 4]);
    const alerts = alertsOf(model, () => {
      const rows = (model.rnn as nn.GRU).forward(x)[0].detach();
      return model.head.forward(rows).mul(Number.POSITIVE_INFINITY).sum().add(model.forward(x).sum().mul(0).sum());
    });
    expect(alerts).toMatchObject([
      { kind: "non-finite", module: "head.weight", text: "the gradient of parameter head.weight is not finite" },
    ]);
  });
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
    manualSeed(1);
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
