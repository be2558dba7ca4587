// layerNorm, recurrentDropout, and the norms of the states' gradients, against the same of tensor operations.

import { eye, manualSeed, nn, noGrad, ones, rand, randn, type Tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { observeStateGradients, type StateGradients } from "../../../ts/nn/recurrent/observe.js";
import { defaultGenerator } from "../../../ts/random/generator.js";
import { close, composed, make, NAMES, takeGradients, withGrad } from "./extensions.js";

describe.each(NAMES)("layerNorm of %s", (name) => {
  test("is the equations of Ba, Kiros and Hinton, with all gradients", () => {
    manualSeed(7);
    const module = make(name, 6, 13, { layerNorm: true });
    for (const [key, parameter] of module.namedParameters())
      if (key.startsWith("norm")) noGrad(() => parameter.copy_(randn(parameter.shape)));
    const x = withGrad(randn([5, 3, 6]));
    const upstream = randn([5, 3, 13]);
    const [output] = module.forward(x);
    output.mul(upstream).sum().backward();
    const gradients = takeGradients(module, x);
    const expected = composed(module, x, undefined);
    close(output, expected, 1e-5);
    expected.mul(upstream).sum().backward();
    for (const [index, gradient] of takeGradients(module, x).entries()) close(gradients[index] as Tensor, gradient, 5e-5);
  });

  test("starts from gains of 1, draws no numbers for them, and streams", () => {
    manualSeed(8);
    const plain = make(name, 6, 13);
    const after = randn([1]).item();
    manualSeed(8);
    const module = make(name, 6, 13, { layerNorm: true });
    expect(randn([1]).item()).toBe(after);
    expect(module.weight_ih_l0.data).toEqual(plain.weight_ih_l0.data);
    expect(module["norm_ih_l0"]!.toArray()).toEqual(ones(module["norm_ih_l0"]!.shape).toArray());
    const names = module.namedParameters().map(([key]) => key);
    const last = name === "LSTM" ? ["norm_ih_l0", "norm_hh_l0", "norm_c_l0", "norm_c_bias_l0"] : ["norm_ih_l0", "norm_hh_l0"];
    expect(names).toEqual(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", ...last]);
    const x = randn([4, 1, 6]);
    const [output] = module.forward(x);
    const stream = module.stream();
    for (let t = 0; t < 4; t++) expect([...stream.step(x.select(0, t).data as Float32Array)]).toEqual([...output.select(0, t).data]);
  });
});

describe.each(NAMES)("recurrentDropout of %s", (name) => {
  /** A module through which a state of ones comes as the mask that is drawn. */
  function probe(size: number, p: number): nn.RNN {
    const rnn = new nn.RNN(1, size, { nonlinearity: "relu", recurrentDropout: p, bias: false });
    noGrad(() => {
      rnn.weight_ih_l0.fill_(0);
      rnn.weight_hh_l0.copy_(eye(size));
    });
    return rnn;
  }

  test("is one mask per sequence on h before W_hh, with all gradients", () => {
    manualSeed(9);
    const module = make(name, 6, 11, { recurrentDropout: 0.4 });
    const x = withGrad(randn([5, 3, 6]));
    const upstream = randn([5, 3, 11]);
    const rnn = probe(11, 0.4);
    manualSeed(10);
    const mask = noGrad(() => rnn.forward(zeros([1, 3, 1]), ones([1, 3, 11]))[0].select(0, 0));
    expect(new Set(mask.data)).toEqual(new Set([0, Math.fround(1 / (1 - Math.fround(0.4)))]));
    manualSeed(10);
    const [output] = module.forward(x);
    output.mul(upstream).sum().backward();
    const gradients = takeGradients(module, x);
    const expected = composed(module, x, mask);
    close(output, expected, 1e-5);
    expected.mul(upstream).sum().backward();
    for (const [index, gradient] of takeGradients(module, x).entries()) close(gradients[index] as Tensor, gradient, 2e-5);
  });

  test("takes one draw for each layer and direction in training, none in evaluation, where it does nothing", () => {
    manualSeed(11);
    const module = make(name, 6, 11, { numLayers: 2, bidirectional: true, recurrentDropout: 0.4 });
    const x = randn([5, 3, 6]);
    const drawn = (count: number) => {
      manualSeed(12);
      for (let draw = 0; draw < count; draw++) defaultGenerator().draw();
      return rand([1]).item();
    };
    manualSeed(12);
    module.forward(x);
    expect(rand([1]).item()).toBe(drawn(4));
    module.eval();
    manualSeed(12);
    const [output] = module.forward(x);
    expect(rand([1]).item()).toBe(drawn(0));
    module.train();
    module.recurrentDropout = 0;
    close(module.forward(x)[0], output, 0);
  });
});

describe("observeStateGradients", () => {
  test("sees ‖∂L/∂h_t‖ and ‖∂L/∂c_t‖, this one also through h_t, as retainGrad does where each is a tensor of its own", () => {
    manualSeed(13);
    const lstm = new nn.LSTM(3, 5);
    const x = randn([6, 2, 3]);
    const upstream = randn([6, 2, 5]);
    const seen: StateGradients[] = [];
    observeStateGradients(
      (each) => seen.push(each),
      () => lstm.forward(x)[0].mul(upstream).sum().backward(),
    );
    const states: Tensor[][] = [];
    composed(lstm, x, undefined, (...each) => {
      for (const state of each) state.retainGrad();
      states.push(each);
    })
      .mul(upstream)
      .sum()
      .backward();
    expect(seen).toHaveLength(1);
    for (const [t, [h, c]] of states.entries()) {
      expect(seen[0]!.h[0]![t]).toBeCloseTo(h!.grad!.norm().item(), 5);
      expect(seen[0]!.c[0]![t]).toBeCloseTo(c!.grad!.norm().item(), 5);
    }
  });

  test("sees nothing of what runs outside, also after a throw", () => {
    const gru = new nn.GRU(3, 5);
    const seen: StateGradients[] = [];
    const failing = () => {
      throw new Error("stop");
    };
    expect(() => observeStateGradients((each) => seen.push(each), failing)).toThrow("stop");
    gru
      .forward(randn([4, 2, 3]))[0]
      .sum()
      .backward();
    expect(seen).toEqual([]);
  });
});
