import { getRngState, manualSeed, nn, noGrad, optim, randn, Tensor, tensor, zeros } from "unrolled";
import { bpttReport } from "unrolled/insight";
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

  test("and what is not finite is the largest gradient", () => {
    const model = new Model().eval();
    const text = String(
      bpttReport(model, () => {
        const rows = model.rnn.forward(model.embed.forward(randn([3, 2, 4])))[0];
        return rows.mean().add(model.head.forward(rows.detach()).mul(Number.NaN).sum());
      }),
    );
    expect(text).toMatch(/largest gradient head\.(weight|bias) NaN, smallest rnn\.\w+ [\d.e-]+/);
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
