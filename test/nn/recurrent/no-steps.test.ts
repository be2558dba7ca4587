// Sequences without a step, and batches of nothing else: the final states are the initial ones, and gradients pass straight through.

import { manualSeed, nn, noGrad, randn, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { make, NAMES, takeGradients, withGrad } from "./extensions.js";

const { packPaddedSequence, padPackedSequence } = nn.utils.rnn;

describe.each(NAMES)("%s", (name) => {
  const options = { numLayers: 2, bidirectional: true };
  const parts = (state: unknown): Tensor[] => (Array.isArray(state) ? state : [state]) as Tensor[];
  const initial = (batch: number): Tensor[] => [randn([4, batch, 5]), randn([4, batch, 5])].slice(0, name === "LSTM" ? 2 : 1).map(withGrad);
  const asState = (tensors: Tensor[]) => (tensors.length === 2 ? tensors : tensors[0]) as Tensor;

  test("leaves the state of a sequence without steps as it was, wherever it stands in the batch", () => {
    manualSeed(1);
    const module = make(name, 3, 5, options);
    const x = withGrad(randn([6, 4, 3]));
    const states = initial(4);
    const packed = packPaddedSequence(x, [0, 6, 0, 2], { enforceSorted: false });
    const [output, last] = module.forward(packed, asState(states));
    const [padded, lengths] = padPackedSequence(output);
    expect(lengths).toEqual([0, 6, 0, 2]);
    expect(padded.select(1, 0).toArray()).toEqual(zeros([6, 10]).toArray());
    const upstream = randn([4, 4, 5]);
    for (const [part, state] of parts(last).entries()) {
      for (const n of [0, 2]) expect(state.select(1, n).toArray()).toEqual(states[part]!.select(1, n).toArray());
    }
    parts(last)
      .reduce((sum, state) => sum.add(state.mul(upstream).sum()), padded.sum())
      .backward();
    for (const state of states) for (const n of [0, 2]) expect(state.grad!.select(1, n).toArray()).toEqual(upstream.select(1, n).toArray());
    expect(x.grad!.select(1, 0).toArray()).toEqual(zeros([6, 3]).toArray());
  });

  test("gives the others what they get without it", () => {
    manualSeed(2);
    const module = make(name, 3, 5, options);
    const x = randn([6, 3, 3]);
    const run = (batch: Tensor, lengths: number[]) => padPackedSequence(module.forward(packPaddedSequence(batch, lengths))[0])[0];
    const all = run(x, [6, 4, 0]);
    all.mul(all).sum().backward();
    const gradients = takeGradients(module);
    const alone = run(x.narrow(1, 0, 2), [6, 4]);
    expect(all.narrow(1, 0, 2).toArray()).toEqual(alone.toArray());
    alone.mul(alone).sum().backward();
    expect(gradients.map((each) => each.toArray())).toEqual(takeGradients(module).map((each) => each.toArray()));
  });

  test.each([
    ["no time at all", (module: nn.GRU, state: Tensor) => module.forward(zeros([0, 2, 3]), state)],
    [
      "a batch of sequences without steps",
      (module: nn.GRU, state: Tensor) => module.forward(packPaddedSequence(zeros([3, 2, 3]), [0, 0]), state),
    ],
    ["a padded batch without time", (module: nn.GRU, state: Tensor) => module.forward(packPaddedSequence(zeros([0, 2, 3]), [0, 0]), state)],
  ])("%s: hn is h0, and so is its gradient; parameters get zeros", (_, forward) => {
    manualSeed(3);
    const module = make(name, 3, 5, { ...options, layerNorm: true, recurrentDropout: 0.5 });
    const states = initial(2);
    const [, last] = forward(module, asState(states));
    for (const [part, state] of parts(last).entries()) expect(state.toArray()).toEqual(states[part]!.toArray());
    const upstream = randn([4, 2, 5]);
    parts(last)
      .reduce((sum, state) => sum.add(state.mul(upstream).sum()), tensor(0))
      .backward();
    for (const state of states) expect(state.grad!.toArray()).toEqual(upstream.toArray());
    for (const parameter of module.parameters()) expect(noGrad(() => parameter.grad!.abs().sum().item())).toBe(0);
  });
});
