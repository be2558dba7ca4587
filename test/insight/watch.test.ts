import { backend, detectAnomaly, manualSeed, nn, optim, randn, type Tensor, tensor, zeros } from "unrolled";
import { type Alert, bpttReport, watch } from "unrolled/insight";
import { afterEach, describe, expect, test, vi } from "vitest";
import { backwards, passes, stateGradients } from "../../ts/nn/recurrent/observe.js";
import { put } from "../anomaly/anomalies.js";

afterEach(() => {
  vi.restoreAllMocks();
  expect([passes.any, backwards.any, stateGradients.any]).toEqual([false, false, false]);
});

class Tagger extends nn.Module {
  rnn: nn.LSTM | nn.GRU | nn.RNN;
  head: nn.Linear;
  constructor(rnn: nn.LSTM | nn.GRU | nn.RNN) {
    super();
    this.rnn = rnn;
    this.head = new nn.Linear(rnn.hiddenSize * (rnn.bidirectional ? 2 : 1), 3);
  }
  forward(x: Tensor): Tensor {
    return this.head.forward((this.rnn as nn.GRU).forward(x)[0]);
  }
}

const sizes = { numLayers: 2, dropout: 0.3, recurrentDropout: 0.2, bidirectional: true };
const makers: [string, () => Tagger][] = [
  ["LSTM", () => new Tagger(new nn.LSTM(4, 6, { ...sizes, layerNorm: true }))],
  ["LSTM with checkpoints", () => new Tagger(new nn.LSTM(4, 6, { ...sizes, checkpointEvery: 3 }))],
  ["GRU", () => new Tagger(new nn.GRU(4, 6, sizes))],
  ["RNN", () => new Tagger(new nn.RNN(4, 6, { ...sizes, nonlinearity: "relu" }))],
];

/** Losses and weights of a training. */
function train(make: () => Tagger, watched: boolean): { losses: number[]; weights: number[]; next: number } {
  manualSeed(1);
  const model = make();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 });
  const watcher = watched ? watch(model, optimizer, { every: 2, onAlert: () => {} }) : undefined;
  const losses: number[] = [];
  for (let step = 0; step < 23; step++) {
    const x = randn([7, 3, 4]);
    optimizer.zeroGrad();
    const loss = model.forward(x).pow(2).mean();
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
    losses.push(loss.item());
  }
  watcher?.stop();
  if (watched) expect(watcher!.history).toHaveLength(12);
  return { losses, weights: model.parameters().flatMap((parameter) => [...parameter.data]), next: randn([1]).item() };
}

test.each(makers)("a watched training goes to the same bits, and draws the same numbers: %s", (_, make) => {
  expect(train(make, true)).toEqual(train(make, false));
});

test.each(makers)("a look tells what the report tells of the same step: %s", (_, make) => {
  manualSeed(2);
  const model = make().eval();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const x = randn([7, 3, 4]);
  const loss = () => model.forward(x).pow(2).mean();
  const report = bpttReport(model, loss);
  const watcher = watch(model, optimizer, { every: 1, onAlert: () => {} });
  loss().backward();
  optimizer.step();
  watcher.stop();
  const [look] = watcher.history;
  expect(look!.gradientNorm).toBeCloseTo(report.gradientNorm, 6);
  expect(look!.layers).toHaveLength(4);
  for (const [index, layer] of look!.layers.entries()) {
    const { h, module, direction, gates, verdict, deadUnits } = report.layers[index]!;
    expect([layer.module, layer.direction, layer.steps, layer.deadUnits]).toEqual([module, direction, 7, deadUnits]);
    expect([layer.first, layer.last, layer.largest]).toEqual([h[0], h[6], Math.max(...h)]);
    expect(layer.gates.map(({ mean, saturated }) => [mean, saturated])).toEqual(gates.map(({ mean, saturated }) => [mean, saturated]));
    // From the last step of the pass alone, as there: but the report goes through the program's graph.
    expect(layer.reach!.ratio / verdict.ratio).toBeCloseTo(1, 4);
    expect([layer.reach!.kind, layer.reach!.reach]).toEqual([verdict.kind, verdict.reach]);
  }
});

/** Alerts in `steps` steps of training with no learning. */
function alertsOf(model: nn.Module, loss: (step: number) => Tensor, steps = 1): Alert[] {
  const alerts: Alert[] = [];
  const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
  const watcher = watch(model, optimizer, { every: 1, onAlert: (alert) => alerts.push(alert) });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    loss(step).backward();
    optimizer.step();
  }
  watcher.stop();
  expect(watcher.alerts).toEqual(alerts);
  return alerts;
}

function scaled(rnn: nn.RNN, factor: number): nn.RNN {
  put(
    rnn.weight_hh_l0,
    [...rnn.weight_hh_l0.data].map((value, at) => [at, value * factor]),
  );
  return rnn;
}

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
    expect(alertsOf(cell, loss)).toMatchObject([{ kind: "vanishing", module: "RNNCell" }]);
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

describe("stop, and what is left", () => {
  test("nothing is seen any more, and what was seen stays", () => {
    manualSeed(10);
    const model = new Tagger(new nn.GRU(4, 6));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const [one, other] = [
      watch(model, optimizer, { every: 1, onAlert: () => {} }),
      watch(model, optimizer, { every: 1, onAlert: () => {} }),
    ];
    const step = () => {
      model
        .forward(randn([5, 2, 4]))
        .mean()
        .backward();
      optimizer.step();
    };
    step();
    one.stop();
    step();
    other.stop();
    step();
    expect([one.steps, one.history.length, other.steps, other.history.length]).toEqual([1, 1, 2, 2]);
    expect(optimizer.beforeUpdate.size).toBe(0);
  });

  test("a watch that nobody stops goes with model and optimizer, and keeps no tensor of the training", async () => {
    const held: { model?: Tagger; optimizer?: optim.Optimizer } = {};
    const [x, ...others] = trainOnce(held);
    await collected(x!);
    expect(x!.deref()).toBeUndefined();
    expect([held.optimizer!.beforeUpdate.size, passes.any]).toEqual([1, true]);
    delete held.model;
    delete held.optimizer;
    for (const reference of others) await collected(reference);
    expect(others.map((reference) => reference.deref())).toEqual([undefined, undefined]);
    // Who sees that the watch is gone is gone, too.
    const gru = new nn.GRU(2, 3);
    gru
      .forward(randn([2, 1, 2]))[0]
      .sum()
      .backward();
  });

  function trainOnce(held: { model?: Tagger; optimizer?: optim.Optimizer }): WeakRef<object>[] {
    const model = new Tagger(new nn.GRU(4, 6));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const watcher = watch(model, optimizer, { every: 1, onAlert: () => {} });
    const x = randn([5, 2, 4]);
    model.forward(x).mean().backward();
    optimizer.step();
    Object.assign(held, { model, optimizer });
    return [x, model, watcher].map((each) => new WeakRef<object>(each));
  }

  async function collected(reference: WeakRef<object>): Promise<void> {
    for (let round = 0; round < 20; round++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      globalThis.gc?.();
      if (reference.deref() === undefined) return;
    }
  }

  test("prints a table and alerts, and gives what JSON holds", () => {
    manualSeed(11);
    const model = new Tagger(new nn.RNN(4, 6, { nonlinearity: "relu", numLayers: 2, bidirectional: true }));
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const watcher = watch(model, optimizer, { onAlert: () => {} });
    model
      .forward(randn([300, 2, 4]))
      .mean()
      .backward();
    optimizer.step();
    watcher.stop();
    const text = String(watcher);
    expect(text).toMatch(/^watched 1 step of training, 1 look, \d+ alerts?\n\nstep 1: gradient norm /);
    expect(text).toContain("rnn l1 reverse");
    for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(100);
    const json = JSON.parse(JSON.stringify(watcher));
    expect(json).toMatchObject({ steps: 1, history: [{ step: 1, layers: [{ module: "rnn", layer: 0 }, {}, {}, {}] }] });
  });
});

test("prints that there was nothing to look at in a frozen module, and no numbers of no step", () => {
  const model = new Tagger(new nn.GRU(4, 6));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const watcher = watch(model, optimizer, { every: 1, onAlert: () => {} });
  model.rnn.requiresGrad_(false);
  model
    .forward(randn([5, 2, 4]))
    .mean()
    .backward();
  optimizer.step();
  expect(String(watcher)).toMatch(/^watched 1 step of training, 0 looks, 0 alerts\nNothing has been looked at yet: no step/);
  model.rnn.requiresGrad_(true);
  (model.rnn as nn.GRU)
    .forward(zeros([0, 2, 4]), randn([1, 2, 6]))[1]
    .mean()
    .backward();
  optimizer.step();
  watcher.stop();
  expect(String(watcher)).toContain("rnn l0");
  expect(String(watcher)).not.toContain("NaN");
});

test("refuses what it cannot watch", () => {
  const rnn = new nn.RNN(2, 3);
  const optimizer = new optim.SGD(rnn.parameters(), { lr: 0.1 });
  expect(() => watch(3 as never, optimizer)).toThrow("watch: model must be a module, got 3");
  expect(() => watch(rnn, rnn as never)).toThrow("watch: optimizer must be an optimizer, got an object");
  expect(() => watch(rnn, optimizer, { every: 0 })).toThrow("watch: every must be an integer >= 1, got 0");
  expect(() => watch(rnn, optimizer, { onAlert: 3 as never })).toThrow("watch: onAlert must be a function, got 3");
  expect(() => watch(rnn, optimizer, { evry: 3 } as never)).toThrow(
    'watch: option must be one of every, onAlert, vanishing, exploding, history, got "evry"; did you mean "every"?',
  );
});
