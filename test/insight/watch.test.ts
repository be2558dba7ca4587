import { manualSeed, nn, optim, randn, zeros } from "unrolled";
import { bpttReport, watch } from "unrolled/insight";
import { afterEach, describe, expect, test, vi } from "vitest";
import { backwards, passes, stateGradients } from "../../ts/nn/recurrent/observe.js";
import { Tagger } from "./watched.js";

afterEach(() => {
  vi.restoreAllMocks();
  expect([passes.any, backwards.any, stateGradients.any]).toEqual([false, false, false]);
});

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
