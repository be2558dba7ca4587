import { manualSeed, nn, randn, type Tensor, tensor, zeros } from "unrolled";
import { type BpttReport, bpttReport } from "unrolled/insight";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => {
  manualSeed(1);
});

class Stacked extends nn.Module {
  rnn = new nn.LSTM(5, 6, { numLayers: 2 });
}

describe("axes of time", () => {
  const table = ({ layers }: BpttReport) =>
    layers.map(({ module, type, call, layer, direction, steps }) => [module, type, call, layer, direction, steps]);

  test("of spans that go on from each other are one, of those that are cut apart", () => {
    const model = new Stacked();
    const x = randn([12, 3, 5]);
    const spans = (cut: boolean) => () => {
      let state: nn.LSTMState | undefined;
      let sum = tensor(0);
      for (const [part] of nn.utils.rnn.spans([x], { span: 5 })) {
        const [output, next] = model.rnn.forward(part as Tensor, state);
        state = cut ? nn.utils.rnn.detachState(next) : next;
        sum = sum.add(output.mean());
      }
      return sum;
    };
    const [joined, apart] = [bpttReport(model, spans(false)), bpttReport(model, spans(true))];
    expect(table(joined)).toEqual([
      ["rnn", "LSTM", 0, 0, "forward", 12],
      ["rnn", "LSTM", 0, 1, "forward", 12],
    ]);
    expect(table(apart).map((row) => row.slice(2))).toEqual(
      [5, 5, 2].flatMap((steps, call) => [0, 1].map((layer) => [call, layer, "forward", steps])),
    );
  });

  test("of spans have the norms of the whole sequence", () => {
    const rnn = new nn.LSTM(4, 6, { numLayers: 2 });
    const [x, upstream] = [randn([12, 3, 4]), randn([12, 3, 6])];
    const whole = bpttReport(rnn, () => rnn.forward(x)[0].mul(upstream).sum());
    const parts = bpttReport(rnn, () => {
      let state: nn.LSTMState | undefined;
      let sum = tensor(0);
      for (const [part, weights] of nn.utils.rnn.spans([x, upstream], { span: 5 })) {
        const [output, next] = rnn.forward(part as Tensor, state);
        state = next;
        sum = sum.add(output.mul(weights as Tensor).sum());
      }
      return sum;
    });
    for (const [index, layer] of whole.layers.entries()) {
      for (const name of ["h", "c", "fromLastStep"] as const) {
        for (const [t, value] of layer[name]!.entries()) expect(parts.layers[index]![name]![t]! / value, `${name} ${t}`).toBeCloseTo(1, 4);
      }
      expect(parts.layers[index]!.verdict.reach).toBe(layer.verdict.reach);
    }
  });

  test("of encoder and decoder are two, and gradients come through the state", () => {
    class Seq2Seq extends nn.Module {
      encoder = new nn.GRU(4, 6);
      decoder = new nn.GRUCell(4, 6);
    }
    const model = new Seq2Seq();
    const x = randn([8, 3, 4]);
    const report = bpttReport(model, () => {
      let h = model.encoder.forward(x)[1].squeeze(0);
      let sum = tensor(0);
      for (let t = 0; t < 5; t++) {
        h = model.decoder.forward(x.select(0, t), h.mul(0.9));
        sum = sum.add(h.mean());
      }
      return sum;
    });
    expect(table(report)).toEqual([
      ["encoder", "GRU", 0, 0, "forward", 8],
      ["decoder", "GRUCell", 0, 0, "forward", 5],
    ]);
    for (const { h, verdict } of report.layers) {
      expect(h.every((norm) => norm > 0)).toBe(true);
      expect(verdict.kind).toBe("steady");
    }
  });

  test("two calls that go on from one state: the first does, the other stands alone", () => {
    const rnn = new nn.GRU(4, 6);
    const x = randn([3, 2, 4]);
    const report = bpttReport(rnn, () => {
      const [, state] = rnn.forward(x);
      return rnn.forward(x, state)[0].mean().add(rnn.forward(x, state)[0].mean());
    });
    expect(table(report).map(([, , call, , , steps]) => [call, steps])).toEqual([
      [0, 6],
      [1, 3],
    ]);
  });

  test("modules that the model does not have are called by their types", () => {
    const [one, two] = [new nn.GRU(4, 6), new nn.GRU(6, 6)];
    const report = bpttReport(new nn.Linear(2, 2), () => two.forward(one.forward(randn([3, 2, 4]))[0])[0].mean());
    expect(report.layers.map(({ module }) => module)).toEqual(["GRU", "GRU 2"]);
    expect(report.parameters.map(({ name, norm }) => [name, norm === null])).toContainEqual(["GRU 2.weight_hh_l0", false]);
    expect(report.parameters.find(({ name }) => name === "weight")!.norm).toBeNull();
  });

  test("a pass that the loss does not depend on has no gradients, and the report says so", () => {
    const [used, unused] = [new nn.GRU(4, 6), new nn.GRU(4, 6)];
    const model = new nn.ModuleList([used, unused]);
    const report = bpttReport(model, () => {
      unused.forward(randn([3, 2, 4]));
      return used.forward(randn([3, 2, 4]))[0].mean();
    });
    expect([...report.layers[0]!.h]).toEqual([0, 0, 0]);
    expect(report.layers[0]!.verdict).toMatchObject({ kind: "unknown", why: "no gradient", advice: [] });
    expect(report.layers[0]!.verdict.text).toMatch(/^no gradient arrives at its last, step 2: the loss does not depend on it/);
  });

  test("of a reverse direction whose first step alone is read", () => {
    const rnn = new nn.LSTM(4, 6, { bidirectional: true });
    const [forward, reverse] = bpttReport(rnn, () =>
      rnn
        .forward(randn([9, 2, 4]))[0]
        .select(0, 8)
        .mean(),
    ).layers;
    expect(forward!.verdict.kind).toBe("steady");
    expect(reverse!.verdict.text).toBe(
      "no gradient arrives at its last, step 0: the loss does not depend on it, so how far one would go back from there is unknown",
    );
    expect(reverse!.fromLastStep).toBeNull();
  });

  test("of one step, and of none", () => {
    const rnn = new nn.LSTM(4, 6);
    const one = bpttReport(rnn, () => rnn.forward(randn([1, 2, 4]))[0].mean());
    expect(one.layers[0]!.verdict).toMatchObject({ kind: "steady", text: "there is one step only: nothing to go back over", advice: [] });
    const none = bpttReport(rnn, () => rnn.forward(zeros([0, 2, 4]), [zeros([1, 2, 6]).requiresGrad_(), zeros([1, 2, 6])])[1][0].sum());
    expect(none.layers[0]).toMatchObject({ steps: 0, verdict: { kind: "unknown", text: "there is no step: nothing to go back over" } });
    for (const report of [one, none]) expect(() => JSON.stringify(report)).not.toThrow();
    for (const report of [one, none]) expect(String(report)).not.toContain("NaN");
  });
});
