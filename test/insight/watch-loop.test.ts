import { manualSeed, nn, optim, randn, type Tensor, zeros } from "unrolled";
import { type Alert, bpttReport, type LayerLook, watch } from "unrolled/insight";
import { beforeEach, describe, expect, test } from "vitest";

const [T, N] = [9, 2];

beforeEach(() => {
  manualSeed(1);
});

/** What a watch's first look says of a step of training, and its alerts. */
function lookAt(model: nn.Module, loss: () => Tensor): { layers: readonly LayerLook[]; alerts: readonly Alert[] } {
  const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
  const watcher = watch(model, optimizer, { every: 1, onAlert: () => {} });
  loss().backward();
  optimizer.step();
  watcher.stop();
  return { layers: watcher.history[0]!.layers, alerts: watcher.alerts };
}

/** A loop over calls of one step, of all of whose states the loss is the sum, of the last one's a hundred-thousandth. */
function lossOf(step: (x: Tensor, state: unknown) => readonly [Tensor, unknown], start?: unknown): () => Tensor {
  const x = randn([T, N, 4]);
  return () => {
    let state = start;
    let sum = zeros([]);
    for (let t = 0; t < T; t++) {
      const [h, next] = step(x.select(0, t), state);
      state = next;
      sum = sum.add(h.sum().mul(t === T - 1 ? 1e-5 : 1));
    }
    return sum;
  };
}

type Loop = readonly [nn.Module, () => Tensor];
const lstmCell = (start?: unknown): Loop => {
  const cell = new nn.LSTMCell(4, 6);
  return [cell, lossOf((x, state) => [cell.forward(x, state as nn.LSTMState)].map((next) => [next[0], next] as const)[0]!, start)];
};
const gruCell = (): Loop => {
  const cell = new nn.GRUCell(4, 6);
  return [cell, lossOf((x, state) => [cell.forward(x, state as Tensor)].map((h) => [h, h] as const)[0]!)];
};
const module = (): Loop => {
  const lstm = new nn.LSTM(4, 6, { numLayers: 2 });
  return [lstm, lossOf((x, state) => lstm.forward(x.unsqueeze(0), state as nn.LSTMState))];
};

describe("a loop over calls of one step, whose loss is small at the last", () => {
  test.each<[string, () => Loop]>([
    ["LSTMCell", lstmCell],
    ["LSTMCell with a first state", () => lstmCell([zeros([N, 6]), zeros([N, 6])])],
    ["GRUCell", gruCell],
    ["LSTM", module],
  ])("is no explosion, and tells what the report tells: %s", (_, make) => {
    const [model, loss] = make();
    const { layers, alerts } = lookAt(model, loss);
    const report = bpttReport(model, loss);
    expect(layers).toHaveLength(report.layers.length);
    for (const [index, { reach, steps, first, last }] of layers.entries()) {
      const { verdict } = report.layers[index]!;
      expect(first / last).toBeGreaterThan(1e3);
      expect([steps, reach!.kind, reach!.reach]).toEqual([T, verdict.kind, verdict.reach]);
      expect(reach!.ratio / verdict.ratio).toBeCloseTo(1, 4);
    }
    expect(alerts).toEqual([]);
  });
});

test("where something lies between the calls it is not told", () => {
  const cell = new nn.GRUCell(4, 6);
  const loss = lossOf((x, state) => {
    const h = cell.forward(x, state as Tensor);
    return [h, h.mul(0.9)];
  });
  const { layers, alerts } = lookAt(cell, loss);
  expect([layers[0]!.steps, layers[0]!.reach, alerts]).toEqual([T, null, []]);
});

test("of a decoder that begins with an encoder's state, it is the loop alone, and of two losses the first", () => {
  class Translator extends nn.Module {
    encoder = new nn.GRU(4, 6);
    decoder = new nn.GRUCell(4, 6);
  }
  const model = new Translator();
  const x = randn([T, N, 4]);
  const loss = (steps: number) => {
    let h = model.encoder.forward(x)[1].squeeze(0);
    for (let t = 0; t < steps; t++) h = model.decoder.forward(x.select(0, t), h);
    return h.sum();
  };
  const { layers } = lookAt(model, () => {
    loss(3).backward();
    return loss(5);
  });
  const decoder = layers.find((layer) => layer.module === "decoder")!;
  expect(decoder.reach).toMatchObject({ kind: "steady", steps: 3 });
  expect(decoder.reach!.ratio / bpttReport(model, () => loss(3)).layers[1]!.verdict.ratio).toBeCloseTo(1, 4);
});

test("gradients that become 0 on the way are 0 from there on, as in the report", () => {
  const cell = new nn.GRUCell(4, 6);
  const x = randn([400, N, 4]);
  const loss = () => {
    let h = cell.forward(x.select(0, 0));
    for (let t = 1; t < 400; t++) h = cell.forward(x.select(0, t), h);
    return h.sum();
  };
  const [look] = lookAt(cell, loss).layers;
  const { verdict } = bpttReport(cell, loss).layers[0]!;
  expect(verdict).toMatchObject({ kind: "vanishing", ratio: 0 });
  expect(look!.reach).toMatchObject({ kind: "vanishing", steps: 400, reach: verdict.reach, ratio: 0, zero: verdict.zero });
});
