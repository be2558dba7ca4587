import { getRngState, manualSeed, nn, noGrad, optim, randn, Tensor, tensor, zeros } from "unrolled";
import { type BpttReport, bpttReport } from "unrolled/insight";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => {
  manualSeed(1);
});

class Model extends nn.Module {
  embed = new nn.Linear(4, 5);
  rnn = new nn.LSTM(5, 6, { numLayers: 2, dropout: 0.5 });
  head = new nn.Linear(6, 2);
  forward(x: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(this.embed.forward(x))[0]);
  }
}

const finite = (values: ArrayLike<number>) => Array.from(values).every(Number.isFinite);

describe("the training is as it was", () => {
  test("gradients, also those that are null, the mode, and the random numbers", () => {
    const model = new Model();
    const x = randn([7, 3, 4]);
    model.rnn.weight_hh_l0.grad = randn([24, 6]);
    const held = model.rnn.weight_hh_l0.grad;
    const before = held!.data;
    model.head.eval();
    manualSeed(9);
    model.forward(x).mean().item();
    const drawn = getRngState();
    manualSeed(9);
    bpttReport(model, () => model.forward(x).mean());
    expect(getRngState()).toEqual(drawn);
    expect(model.rnn.weight_hh_l0.grad).toBe(held);
    expect(held!.data).toEqual(before);
    for (const [name, parameter] of model.namedParameters()) if (name !== "rnn.weight_hh_l0") expect(parameter.grad, name).toBeNull();
    expect([model.training, model.head.training]).toEqual([true, false]);
  });

  test("so a training with reports goes to the same bits", () => {
    const run = (reports: boolean) => {
      manualSeed(2);
      const model = new Model();
      const optimizer = new optim.Adam(model.parameters());
      for (let step = 0; step < 5; step++) {
        const x = randn([7, 3, 4]);
        const state = getRngState();
        if (reports) bpttReport(model, () => model.forward(x).mean());
        manualSeed(step);
        expect(state.length).toBeGreaterThan(0);
        // Gradients are summed up over two steps.
        if (step % 2 === 0) optimizer.zeroGrad();
        model.forward(x).pow(2).mean().backward();
        optimizer.step();
      }
      return model.parameters().flatMap((parameter) => [...parameter.data]);
    };
    expect(run(true)).toEqual(run(false));
  });

  test("also after a loss that fails, or goes back by itself", () => {
    const model = new Model();
    const x = randn([3, 2, 4]);
    model.head.bias!.grad = tensor([1, 2]);
    const failing = () => {
      model.forward(x).mean().backward();
      throw new Error("stop");
    };
    expect(() => bpttReport(model, failing)).toThrow("stop");
    expect([...model.head.bias!.grad!.data]).toEqual([1, 2]);
    expect(model.head.weight.grad).toBeNull();
  });

  test("leaves that are no parameters have the gradients that they had", () => {
    const rnn = new nn.GRU(4, 6);
    const [x, h0] = [randn([5, 2, 4]).requiresGrad_(), zeros([1, 2, 6]).requiresGrad_()];
    const grad = randn([5, 2, 4]);
    x.grad = grad;
    const before = grad.data;
    bpttReport(rnn, () => rnn.forward(x, h0)[0].mean());
    expect(x.grad).toBe(grad);
    expect([grad.data, h0.grad]).toEqual([before, null]);
  });
});

describe("axes of time", () => {
  const table = ({ layers }: BpttReport) =>
    layers.map(({ module, type, call, layer, direction, steps }) => [module, type, call, layer, direction, steps]);

  test("of spans that go on from each other are one, of those that are cut apart", () => {
    const model = new Model().eval();
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

describe("gradients of parameters", () => {
  test("are those of backward, in all and by gate", () => {
    const model = new Model().eval();
    const x = randn([7, 3, 4]);
    const report = bpttReport(model, () => model.forward(x).pow(2).mean());
    model.forward(x).pow(2).mean().backward();
    const norm = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));
    expect(report.parameters.map(({ name }) => name).sort()).toEqual(
      model
        .namedParameters()
        .map(([name]) => name)
        .sort(),
    );
    let all = 0;
    for (const [name, parameter] of model.namedParameters()) {
      const { data } = parameter.grad!;
      const found = report.parameters.find((each) => each.name === name)!;
      expect(found.norm! / norm(data)).toBeCloseTo(1, 5);
      all += norm(data) ** 2;
      const part = data.length / 4;
      if (!name.startsWith("rnn.")) expect(found.gates).toBeUndefined();
      else
        for (const [at, gate] of (["i", "f", "g", "o"] as const).entries())
          expect(found.gates![gate]! / norm(data.subarray(at * part, (at + 1) * part))).toBeCloseTo(1, 5);
    }
    expect(report.gradientNorm / Math.sqrt(all)).toBeCloseTo(1, 6);
    const [, g] = [report.layers[1]!.gates[2]!.gate, report.layers[1]!.gates[2]!.gradient];
    const rows = ["weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1"] as const;
    expect(
      g! /
        Math.hypot(
          ...rows.map((name) =>
            norm(model.rnn[name]!.grad!.data.subarray((2 * model.rnn[name]!.numel()) / 4, (3 * model.rnn[name]!.numel()) / 4)),
          ),
        ),
    ).toBeCloseTo(1, 5);
  });

  test("of weights that are computed are theirs; frozen ones have none", () => {
    const rnn = new nn.GRU(4, 6);
    const raw = new nn.Parameter(rnn.weight_hh_l0.detach().clone());
    rnn.weight_ih_l0.requiresGrad_(false);
    const report = bpttReport(rnn, () => {
      const computed = raw.mul(0.5);
      Object.assign(rnn, { weight_hh_l0: computed });
      return rnn.forward(randn([5, 2, 4]))[0].mean();
    });
    expect(report.parameters.map(({ name }) => name)).toEqual(["bias_ih_l0", "bias_hh_l0", "GRU.weight_hh_l0"]);
    expect(report.parameters.every(({ norm }) => norm! > 0)).toBe(true);
    expect(raw.grad).toBeNull();
  });
});

describe("prints", () => {
  test.each([1, 5000])("tables of at most 100 columns, of %i steps", (steps) => {
    class Deep extends nn.Module {
      aVeryLongNameForAnEncoderThatIsDeepInside = new nn.ModuleDict({ inner: new nn.GRU(2, 3, { numLayers: 2, bidirectional: true }) });
    }
    const model = new Deep();
    const gru = model.aVeryLongNameForAnEncoderThatIsDeepInside.get("inner") as nn.GRU;
    const text = String(bpttReport(model, () => gru.forward(randn([steps, 2, 2]))[0].mean()));
    for (const line of text.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(100);
    expect(text).toMatch(/^BPTT report: loss [-\d.e]+, gradient norm [\d.e-]+\n\n‖∂L\/∂h_t‖ +steps/);
    expect(text.split("\n").length).toBeLessThan(50);
    expect(text).toContain("l1 reverse");
  });

  test("and many calls are counted", () => {
    const cell = new nn.RNNCell(2, 3);
    const text = String(
      bpttReport(cell, () => Array.from({ length: 200 }, () => cell.forward(randn([1, 2])).sum()).reduce((a, b) => a.add(b))),
    );
    expect(text).toContain("… and 176 more layers, in layers");
    expect(text.split("\n").length).toBeLessThan(150);
  });

  test("and gives what JSON holds", () => {
    const rnn = new nn.LSTM(4, 6);
    const report = bpttReport(rnn, () =>
      rnn
        .forward(randn([9, 2, 4]))[0]
        .select(0, 3)
        .mean(),
    );
    const json = JSON.parse(JSON.stringify(report));
    expect(json.layers[0].h).toEqual([...report.layers[0]!.h]);
    expect(json.layers[0].verdict.ratio).toBe("NaN");
    expect(json.layers[0].fromLastStep).toBeNull();
    expect(finite(json.layers[0].h)).toBe(true);
  });
});

describe("refuses", () => {
  const rnn = new nn.GRU(4, 6);
  const x = zeros([3, 2, 4]);
  test.each<[string, () => unknown, string]>([
    ["no model", () => bpttReport(3 as never, () => x), "bpttReport: model must be a module, got 3"],
    ["no function", () => bpttReport(rnn, x as never), "bpttReport: loss must be a function, got a float32 tensor [3, 2, 4]"],
    [
      "async",
      () => bpttReport(rnn, (async () => rnn.forward(x)[0].mean()) as never),
      "bpttReport: loss must be a synchronous function, got an async function",
    ],
    [
      "a promise",
      () => bpttReport(rnn, (() => Promise.resolve(1)) as never),
      "bpttReport: loss must be a synchronous function, got one that returns a promise",
    ],
    [
      "a number",
      () => bpttReport(rnn, (() => rnn.forward(x)[0].mean().mul(0).add(0.5).item()) as never),
      "bpttReport: loss must be a function that returns a scalar tensor, got one that returns 0.5",
    ],
    [
      "no scalar",
      () => bpttReport(rnn, () => rnn.forward(x)[0]),
      "bpttReport: loss() must be a scalar, got shape [3, 2, 6]; reduce it with mean() or sum()",
    ],
    [
      "no gradient",
      () => bpttReport(rnn, () => noGrad(() => rnn.forward(x)[0].mean())),
      "bpttReport: loss() must be a tensor with a gradient, got one without",
    ],
    [
      "nothing recurrent",
      () => bpttReport(rnn, () => rnn.weight_hh_l0.sum()),
      "bpttReport: loss must be a function that runs RNN, LSTM, GRU or one of their cells, got a function in which none did",
    ],
    [
      "nothing recorded",
      () => bpttReport(rnn, () => rnn.weight_hh_l0.sum().add(noGrad(() => rnn.forward(x)[0].mean()))),
      "got one in which none was recorded",
    ],
    [
      "an unknown option",
      () => bpttReport(rnn, () => x, { vanish: 1 } as never),
      'bpttReport: option must be one of vanishing, exploding, got "vanish"',
    ],
    ["a threshold", () => bpttReport(rnn, () => x, { vanishing: 2 }), "bpttReport: vanishing must be a finite number in (0, 1), got 2"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
    expect(x).toBeInstanceOf(Tensor);
  });

  test("and works inside noGrad, as the loss has gradients of its own", () => {
    expect(noGrad(() => bpttReport(rnn, () => rnn.forward(randn([3, 2, 4]))[0].mean())).layers).toHaveLength(1);
  });
});
