// With checkpoints a pass and its gradients are those without, to the last bit.

import "unrolled";
import { describe, expect, test } from "vitest";
import { GRU } from "../../../ts/nn/gru.js";
import { MSELoss } from "../../../ts/nn/loss/mse-loss.js";
import { LSTM } from "../../../ts/nn/lstm.js";
import type { RecurrentOptions } from "../../../ts/nn/recurrent/sizes.js";
import { RNN } from "../../../ts/nn/rnn.js";
import { packPaddedSequence } from "../../../ts/nn/utils/rnn/pack-padded-sequence.js";
import { PackedSequence } from "../../../ts/nn/utils/rnn/packed-sequence.js";
import { Adam } from "../../../ts/optim/adam.js";
import { manualSeed } from "../../../ts/random/generator.js";
import { randn } from "../../../ts/tensor/random.js";
import type { Tensor } from "../../../ts/tensor/tensor.js";

type Network = RNN | LSTM | GRU;
type Results = [output: Tensor | PackedSequence, state: Tensor | readonly Tensor[]];

const INPUT = 5;
const HIDDEN = 11;

const MAKERS: Record<string, (options: RecurrentOptions) => Network> = {
  RNN: (options) => new RNN(INPUT, HIDDEN, options),
  "RNN with relu": (options) => new RNN(INPUT, HIDDEN, { ...options, nonlinearity: "relu" }),
  GRU: (options) => new GRU(INPUT, HIDDEN, options),
  LSTM: (options) => new LSTM(INPUT, HIDDEN, options),
  "LSTM with projection": (options) => new LSTM(INPUT, HIDDEN, { ...options, projSize: 3 }),
};

const bits = (tensors: readonly (Tensor | null)[]) =>
  tensors.map((each) => [...new Uint32Array(Float32Array.from((each as Tensor).data).buffer)]);

interface Case {
  readonly name: string;
  readonly shape: readonly number[];
  readonly options?: RecurrentOptions;
  /** Of sequences to be packed. */
  readonly lengths?: readonly number[];
  /** Sequences to give an initial state to. */
  readonly batch?: number;
  readonly passes?: number;
}

const CASES: readonly Case[] = [
  { name: "one layer", shape: [23, 3, INPUT] },
  { name: "initial states", shape: [23, 3, INPUT], batch: 3 },
  { name: "layers with dropout, both directions", shape: [17, 2, INPUT], options: { numLayers: 3, dropout: 0.4, bidirectional: true } },
  { name: "batch first, without biases", shape: [4, 19, INPUT], options: { batchFirst: true, numLayers: 2, bias: false } },
  {
    name: "packed, both directions",
    shape: [4, 13, INPUT],
    options: { batchFirst: true, numLayers: 2, bidirectional: true, dropout: 0.2 },
    lengths: [2, 13, 7, 1],
    batch: 4,
  },
  { name: "no batch", shape: [12, INPUT] },
  { name: "one step", shape: [1, 2, INPUT], options: { bidirectional: true } },
  { name: "no steps", shape: [0, 2, INPUT], batch: 2 },
  { name: "a graph that is kept, and used again", shape: [15, 2, INPUT], options: { numLayers: 2, bidirectional: true }, passes: 3 },
];

/** Random initial states of a module, as its forward takes them. */
function initialState(module: Network, batch: number): Tensor[] {
  const runs = module.numLayers * (module.bidirectional ? 2 : 1);
  const sizes = module instanceof LSTM ? [module.projSize || HIDDEN, HIDDEN] : [HIDDEN];
  return sizes.map((size) => randn([runs, batch, size], { requiresGrad: true }));
}

/** Outputs, states and all gradients, with random weights, states and gradients of every output; each the same from call to call. */
function run(make: (options: RecurrentOptions) => Network, checkpointEvery: number, given: Case): number[][] {
  const { options, lengths, passes = 1 } = given;
  manualSeed(4);
  const module = make({ ...options, checkpointEvery });
  const input = randn(given.shape, { requiresGrad: true });
  const states = given.batch === undefined ? [] : initialState(module, given.batch);
  const forward = module.forward.bind(module) as (input: Tensor | PackedSequence, state?: unknown) => Results;
  const x = lengths === undefined ? input : packPaddedSequence(input, lengths, { batchFirst: true, enforceSorted: false });
  const [output, state] = forward(x, states.length < 2 ? states[0] : states);
  const results = [output instanceof PackedSequence ? output.data : output, state].flat() as Tensor[];
  const loss = results.map((result) => result.mul(randn(result.shape)).sum()).reduce((sum, each) => sum.add(each));
  for (let pass = 1; pass <= passes; pass++) loss.backward(undefined, { retainGraph: pass < passes });
  return bits([...results, ...[input, ...states, ...module.parameters()].map(({ grad }) => grad)]);
}

test("training with checkpoints learns the same weights", () => {
  const train = (checkpointEvery: number) => {
    manualSeed(1);
    const module = new LSTM(INPUT, HIDDEN, { numLayers: 2, dropout: 0.3, checkpointEvery });
    const [input, target] = [randn([20, 3, INPUT]), randn([20, 3, HIDDEN])];
    const optimizer = new Adam(module.parameters(), { lr: 0.01 });
    for (let step = 0; step < 5; step++) {
      optimizer.zeroGrad();
      new MSELoss().forward(module.forward(input)[0], target).backward();
      optimizer.step();
    }
    return bits(module.parameters());
  };
  expect(train(6)).toEqual(train(0));
});

describe.each(Object.entries(MAKERS))("%s", (_, make) => {
  test.each(CASES)("$name", (given) => {
    const expected = run(make, 0, given);
    // The second pass of a kind works in the core's memory instead of a copy.
    for (const every of [1, 1, 4, 5, 23, 1e15]) expect(run(make, every, given), `every ${every}`).toEqual(expected);
  });
});

test("the option is a field, 0 by default", () => {
  expect(new GRU(2, 3).checkpointEvery).toBe(0);
  expect(new GRU(2, 3, { checkpointEvery: 7 }).checkpointEvery).toBe(7);
});
