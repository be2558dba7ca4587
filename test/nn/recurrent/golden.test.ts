import "unrolled";
import { expect, test } from "vitest";
import { GRU } from "../../../ts/nn/gru.js";
import { LSTM } from "../../../ts/nn/lstm.js";
import { RNN } from "../../../ts/nn/rnn.js";
import { packPaddedSequence } from "../../../ts/nn/utils/rnn/pack-padded-sequence.js";
import type { PackedSequence } from "../../../ts/nn/utils/rnn/packed-sequence.js";
import { padPackedSequence } from "../../../ts/nn/utils/rnn/pad-packed-sequence.js";
import type { Tensor } from "../../../ts/tensor/tensor.js";
import { expectClose, golden, type Plain, toTensor, withError } from "../../support/golden.js";

/** A number for each tensor, or for a tensor nothing. */
interface Side<T> {
  readonly output: T;
  readonly hn: T;
  readonly cn: T | null;
}

interface Gradients<T> {
  readonly input: T;
  readonly h0: T | null;
  readonly c0: T | null;
  readonly params: Record<string, T>;
}

interface Case {
  readonly name: string;
  readonly args: { inputSize: number; hiddenSize: number; batchFirst: boolean; [option: string]: unknown };
  readonly lengths: number[] | null;
  readonly enforceSorted: boolean;
  readonly params: Record<string, Plain>;
  readonly input: Plain;
  readonly h0: Plain | null;
  readonly c0: Plain | null;
  readonly expect: Side<Plain>;
  readonly upstream: Side<Plain>;
  readonly grads: Gradients<Plain>;
  readonly float32Error: Side<number> & { readonly grads: Gradients<number> };
}

type Network = RNN | LSTM | GRU;

/** Calls the module whichever it is: LSTM has a pair of states. */
function forward<T extends Tensor | PackedSequence>(
  module: Network,
  input: T,
  h0?: Tensor,
  c0?: Tensor,
): [output: T, hn: Tensor, cn: Tensor | null] {
  if (module instanceof LSTM) {
    const [output, [hn, cn]] = module.forward(input as Tensor, h0 && c0 && [h0, c0]);
    return [output as T, hn, cn];
  }
  const [output, hn] = module.forward(input as Tensor, h0);
  return [output as T, hn, null];
}

/** Σ value · upstream, as the golden files define the loss. */
function weighted(value: Tensor, upstream: Plain): Tensor {
  return value.mul(toTensor(upstream)).sum();
}

function check(module: Network, golden: Case): void {
  const { args, lengths, enforceSorted, upstream, grads, float32Error } = golden;
  module.loadStateDict(golden.params);
  const input = toTensor(golden.input, true);
  const h0 = golden.h0 === null ? undefined : toTensor(golden.h0, true);
  const c0 = golden.c0 === null ? undefined : toTensor(golden.c0, true);
  const { batchFirst } = args;
  let output: Tensor;
  let [hn, cn]: [Tensor?, (Tensor | null)?] = [];
  if (lengths === null) {
    [output, hn, cn] = forward(module, input, h0, c0);
  } else {
    const packed = packPaddedSequence(input, lengths, { batchFirst, enforceSorted });
    const [packedOutput, ...states] = forward(module, packed, h0, c0);
    [hn, cn] = states;
    const [padded, back] = padPackedSequence(packedOutput, { batchFirst });
    expect(back).toEqual(lengths);
    output = padded;
  }
  expectClose("output", output, golden.expect.output, withError(float32Error.output));
  expectClose("hn", hn, golden.expect.hn, withError(float32Error.hn));
  let loss = weighted(output, upstream.output).add(weighted(hn as Tensor, upstream.hn));
  if (golden.expect.cn !== null) {
    expectClose("cn", cn, golden.expect.cn, withError(float32Error.cn as number));
    loss = loss.add(weighted(cn as Tensor, upstream.cn as Plain));
  }
  loss.backward();
  expectClose("the gradient of input", input.grad, grads.input, withError(float32Error.grads.input));
  if (grads.h0 !== null) expectClose("the gradient of h0", h0?.grad, grads.h0, withError(float32Error.grads.h0 as number));
  if (grads.c0 !== null) expectClose("the gradient of c0", c0?.grad, grads.c0, withError(float32Error.grads.c0 as number));
  const parameters = module.namedParameters();
  expect(parameters.map(([name]) => name)).toEqual(Object.keys(grads.params));
  for (const [name, parameter] of parameters) {
    expectClose(
      `the gradient of ${name}`,
      parameter.grad,
      grads.params[name] as Plain,
      withError(float32Error.grads.params[name] as number),
    );
  }
}

test.each(golden<Case>("rnn"))("RNN equals torch.nn.RNN: $name", (expected) => {
  const { inputSize, hiddenSize, ...options } = expected.args;
  check(new RNN(inputSize, hiddenSize, options), expected);
});

test.each(golden<Case>("lstm"))("LSTM equals torch.nn.LSTM: $name", (expected) => {
  const { inputSize, hiddenSize, ...options } = expected.args;
  check(new LSTM(inputSize, hiddenSize, options), expected);
});

test.each(golden<Case>("gru"))("GRU equals torch.nn.GRU: $name", (expected) => {
  const { inputSize, hiddenSize, ...options } = expected.args;
  check(new GRU(inputSize, hiddenSize, options), expected);
});
