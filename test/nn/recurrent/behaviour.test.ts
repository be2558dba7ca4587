import "unrolled";
import { describe, expect, test } from "vitest";
import { noGrad } from "../../../ts/autograd/mode.js";
import { GRU } from "../../../ts/nn/gru.js";
import { LSTM } from "../../../ts/nn/lstm.js";
import { RNN } from "../../../ts/nn/rnn.js";
import { detachState } from "../../../ts/nn/utils/rnn/detach-state.js";
import { packPaddedSequence } from "../../../ts/nn/utils/rnn/pack-padded-sequence.js";
import { padPackedSequence } from "../../../ts/nn/utils/rnn/pad-packed-sequence.js";
import { spans } from "../../../ts/nn/utils/rnn/spans.js";
import { defaultGenerator, manualSeed } from "../../../ts/random/generator.js";
import { tensor, zeros } from "../../../ts/tensor/create.js";
import { randn } from "../../../ts/tensor/random.js";
import type { Tensor } from "../../../ts/tensor/tensor.js";
import { expectClose, golden, type Plain } from "../../support/golden.js";

const arrays = (tensors: readonly (Tensor | null | undefined)[]) => tensors.map((each) => each && [...each.data]);

/** The gradients of all parameters. */
const gradients = (module: RNN | LSTM | GRU) => arrays(module.parameters().map((parameter) => parameter.grad));

test("the example of a recurrence: four steps of one number, two hidden units", () => {
  const rnn = new RNN(1, 2, { batchFirst: true });
  const [output, hn] = rnn.forward(tensor([[[1], [2], [3], [4]]]));
  expect(output.shape).toEqual([1, 4, 2]);
  expect(hn.shape).toEqual([1, 1, 2]);
  expect([...hn.data]).toEqual([...output.data.slice(6)]);
});

describe("initial parameters are torch's from the same seed", () => {
  interface Case {
    readonly seed: number;
    readonly call: string;
    readonly params: Record<string, Plain>;
  }
  const modules: Record<string, () => RNN | LSTM | GRU> = {
    "nn.LSTM(3,5,{numLayers:2,bidirectional:true})": () => new LSTM(3, 5, { numLayers: 2, bidirectional: true }),
    "nn.GRU(4,6)": () => new GRU(4, 6),
    "nn.LSTM(3,5,{projSize:2})": () => new LSTM(3, 5, { projSize: 2 }),
  };
  const cases = golden<Case>("random").filter(({ call }) => call in modules);
  test.each(cases)("$call, seed $seed", ({ seed, call, params }) => {
    manualSeed(seed);
    const module = (modules[call] as () => LSTM)();
    expect(Object.keys(module.stateDict())).toEqual(Object.keys(params));
    for (const [name, parameter] of module.namedParameters()) expectClose(name, parameter, params[name] as Plain, () => 1e-10);
  });
  test("and again with resetParameters", () => {
    manualSeed(4);
    const gru = new GRU(4, 6);
    const first = arrays(gru.parameters());
    manualSeed(4);
    gru.resetParameters();
    expect(arrays(gru.parameters())).toEqual(first);
  });
});

test("batch first is the same, transposed, with the same gradients", () => {
  manualSeed(1);
  const options = { numLayers: 2, bidirectional: true };
  const timeFirst = new LSTM(3, 5, options);
  const batchFirst = new LSTM(3, 5, { ...options, batchFirst: true });
  batchFirst.loadStateDict(timeFirst.stateDict());
  const input = randn([6, 4, 3], { requiresGrad: true });
  const swapped = tensor(input.transpose(0, 1).data, { shape: [4, 6, 3], requiresGrad: true });
  const upstream = randn([6, 4, 10]);
  const [output, [hn]] = timeFirst.forward(input);
  const [swappedOutput, [swappedHn]] = batchFirst.forward(swapped);
  expect([...swappedOutput.transpose(0, 1).data]).toEqual([...output.data]);
  expect([...swappedHn.data]).toEqual([...hn.data]);
  output.backward(upstream);
  swappedOutput.backward(upstream.transpose(0, 1));
  expect([...(swapped.grad as Tensor).transpose(0, 1).data]).toEqual([...(input.grad as Tensor).data]);
  expect(gradients(batchFirst)).toEqual(gradients(timeFirst));
});

test("a sequence cut into spans gives the outputs of the whole, state by state", () => {
  manualSeed(2);
  const gru = new GRU(3, 7, { numLayers: 2 });
  const input = randn([10, 2, 3]);
  const [whole, last] = gru.forward(input);
  const pieces: number[] = [];
  let state: Tensor | undefined;
  for (const [span] of spans([input], { span: 4 })) {
    const [output, next] = gru.forward(span, state);
    pieces.push(...output.data);
    state = detachState(next);
    expect(state.requiresGrad).toBe(false);
  }
  expect(pieces).toEqual([...whole.data]);
  expect([...(state as Tensor).data]).toEqual([...last.data]);
});

test("gradients add up over two calls, and over two backward passes of a kept graph", () => {
  manualSeed(3);
  const lstm = new LSTM(2, 5, { numLayers: 2 });
  const input = randn([4, 3, 2]);
  lstm.forward(input)[0].sum().backward();
  const once = lstm.parameters().map((parameter) => parameter.grad?.clone() as Tensor);
  lstm.zeroGrad();
  const loss = lstm.forward(input)[0].sum();
  loss.backward(undefined, { retainGraph: true });
  expect(gradients(lstm)).toEqual(arrays(once));
  loss.backward();
  const twice = lstm.parameters().map((parameter) => parameter.grad as Tensor);
  for (const [index, gradient] of twice.entries()) {
    expectClose(
      "a gradient",
      gradient,
      { shape: [...gradient.shape], data: [...(once[index] as Tensor).mul(2).data] },
      (value) => 1e-5 + 1e-5 * Math.abs(value),
    );
  }
});

test("a frozen parameter gets no gradient, the others the same", () => {
  manualSeed(3);
  const lstm = new LSTM(2, 5);
  const input = randn([4, 3, 2]);
  lstm.forward(input)[0].sum().backward();
  const all = gradients(lstm);
  lstm.zeroGrad();
  lstm.parameters()[1]?.requiresGrad_(false);
  lstm.forward(input)[0].sum().backward();
  expect(gradients(lstm)).toEqual(all.map((gradient, index) => (index === 1 ? null : gradient)));
});

test("dropout between layers acts in training only, and consumes one draw for each mask", () => {
  const nextDraw = (before: () => void) => {
    const generator = manualSeed(9);
    before();
    return generator.draw();
  };
  manualSeed(5);
  const lstm = new LSTM(3, 64, { numLayers: 3, dropout: 0.5 });
  const input = randn([5, 2, 3]);
  const run = () => [...lstm.forward(input)[0].data];
  manualSeed(1);
  const first = run();
  expect(run()).not.toEqual(first);
  manualSeed(1);
  expect(run()).toEqual(first);
  expect(nextDraw(run), "two layers pass something on").toBe(
    nextDraw(() => {
      defaultGenerator().draw();
      defaultGenerator().draw();
    }),
  );
  lstm.eval();
  expect(run()).toEqual(run());
  expect(nextDraw(run)).toBe(nextDraw(() => undefined));
});

test("packed, the padding has no influence and gets no gradient", () => {
  manualSeed(6);
  const gru = new GRU(3, 6, { bidirectional: true, batchFirst: true });
  const values = randn([3, 5, 3]).data as Float32Array;
  const run = (padding: number) => {
    const padded = values.slice();
    for (const [n, length] of [2, 5, 3].entries()) padded.fill(padding, (n * 5 + length) * 3, (n + 1) * 15);
    const input = tensor(padded, { shape: [3, 5, 3], requiresGrad: true });
    const packed = packPaddedSequence(input, [2, 5, 3], { batchFirst: true, enforceSorted: false });
    const [output, hn] = gru.forward(packed);
    const [back, lengths] = padPackedSequence(output, { batchFirst: true, paddingValue: -7, totalLength: 6 });
    expect(lengths).toEqual([2, 5, 3]);
    expect(back.shape).toEqual([3, 6, 12]);
    back.sum().backward();
    return [...back.data, ...hn.data, ...(input.grad as Tensor).data];
  };
  const once = run(0);
  expect(run(1e6)).toEqual(once);
  expect(once.slice(2 * 12, 6 * 12)).toEqual(new Array(48).fill(-7));
});

test("a parameter may be replaced by a computed tensor, which then gets the gradient", () => {
  manualSeed(7);
  const rnn = new RNN(2, 4);
  const raw = randn([4, 4], { requiresGrad: true });
  rnn.weight_hh_l0 = raw.mul(0.5);
  const [output] = rnn.forward(randn([3, 2, 2]));
  output.sum().backward();
  expect((raw.grad as Tensor).data.some((value) => value !== 0)).toBe(true);
});

test("changed weights are seen by the next call, and refused by a graph from before", () => {
  manualSeed(8);
  const rnn = new RNN(2, 4);
  const input = randn([3, 2, 2]);
  const [output] = rnn.forward(input);
  noGrad(() => rnn.weight_hh_l0.mul_(2));
  expect([...rnn.forward(input)[0].data]).not.toEqual([...output.data]);
  expect(() => output.sum().backward()).toThrow("a tensor needed for backward was modified by an in-place operation");
});

test("no steps: the state stays, and its gradient passes through", () => {
  const lstm = new LSTM(2, 3);
  const h0 = randn([1, 2, 3], { requiresGrad: true });
  const c0 = randn([1, 2, 3]);
  const [output, [hn, cn]] = lstm.forward(zeros([0, 2, 2]), [h0, c0]);
  expect(output.shape).toEqual([0, 2, 3]);
  expect([...cn.data]).toEqual([...c0.data]);
  hn.sum().backward();
  expect([...(h0.grad as Tensor).data]).toEqual([1, 1, 1, 1, 1, 1]);
});

test("it prints as in PyTorch", () => {
  expect(String(new LSTM(10, 20, { numLayers: 2, projSize: 3 }))).toBe("LSTM(10, 20, projSize=3, numLayers=2)");
  expect(String(new GRU(3, 4, { checkpointEvery: 71, bidirectional: true }))).toBe("GRU(3, 4, bidirectional=true, checkpointEvery=71)");
  expect(String(new RNN(1, 2, { nonlinearity: "relu", batchFirst: true }))).toBe("RNN(1, 2, batchFirst=true, nonlinearity=relu)");
});
