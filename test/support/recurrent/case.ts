/** A recurrent module with everything that it is given, run forward and backward. */

import { manualSeed, nn, noGrad, randn, type Tensor, tensor } from "unrolled";
import type { Config } from "./config.js";

const { packPaddedSequence, padPackedSequence, PackedSequence } = nn.utils.rnn;

/** A module with its input, its states if they are given, and upstream gradients of all results. */
export interface Case extends Config {
  readonly net: nn.RNN | nn.LSTM | nn.GRU;
  /** `input`, and if they are given `h0` and `c0`. */
  readonly given: Readonly<Record<string, Tensor>>;
  /** Of `output`, `hn`, `cn`, and of the states after every step, `h.RUN` and `c.RUN`: of what the loss uses. */
  readonly upstream: Readonly<Record<string, Tensor>>;
}

/** Draws a module's weights and all values from the generator. */
export function draw(config: Config): Case {
  const { module, sizes, options, steps, batch, wants, givenState } = config;
  const { numLayers, bidirectional, batchFirst, projSize = 0 } = options;
  const net = new nn[module](...sizes, options);
  // From gains of 1 nobody could tell one gain from another.
  const gains = net.namedParameters().filter(([name]) => name.startsWith("norm"));
  noGrad(() => gains.map(([, gain]) => gain.add_(randn(gain.shape).mul(0.5))));
  if (!wants.includes("parameters")) net.requiresGrad_(false);
  const directions = bidirectional ? 2 : 1;
  const withBatch = (first: number, last: number) =>
    batch === 0 ? [first, last] : batchFirst ? [batch, first, last] : [first, batch, last];
  const state = (last: number) => [numLayers * directions, ...(batch === 0 ? [] : [batch]), last];
  const hidden = projSize || sizes[1];
  const states = { h: state(hidden), ...(module === "LSTM" ? { c: state(sizes[1]) } : {}) };
  const each = (ending: string, requiresGrad: boolean) =>
    Object.fromEntries(Object.entries(states).map(([name, shape]) => [`${name}${ending}`, randn(shape, { requiresGrad })]));
  const given = {
    input: randn(withBatch(steps, sizes[0]), { requiresGrad: wants.includes("input") }),
    ...(givenState ? each("0", wants.includes("state")) : {}),
  };
  const all: Record<string, Tensor> = { output: randn(withBatch(steps, directions * hidden)), ...each("n", false) };
  const after = (name: string) => [steps, ...(batch === 0 ? [] : [batch]), name.startsWith("c") ? sizes[1] : hidden];
  return {
    ...config,
    net,
    given,
    upstream: config.uses === undefined ? all : Object.fromEntries(config.uses.map((name) => [name, all[name] ?? randn(after(name))])),
  };
}

export type Results = Readonly<Record<string, Tensor>>;

/**
 * Forward and backward of `Σ result ⊙ upstream`.
 *
 * @param maskSeed seeds the generator right before, from which the masks of dropout come
 * @returns the results by name, `NAME.grad` of what was given, `parameter.NAME.grad` of the parameters: where a gradient is wanted
 */
export function run(one: Case, maskSeed = 0): Results {
  const { net, given, upstream } = one;
  manualSeed(maskSeed);
  const results = forward(one);
  const leaves: [string, Tensor][] = [
    ...Object.entries(given),
    ...net.namedParameters().map(([name, parameter]): [string, Tensor] => [`parameter.${name}`, parameter]),
  ];
  // Those of a run before would be added to.
  for (const [, leaf] of leaves) leaf.grad = null;
  const terms = Object.entries(upstream).map(([name, gradient]) => (results[name] as Tensor).mul(gradient).sum());
  terms.reduce((sum, term) => sum.add(term)).backward();
  const gradients = leaves.flatMap(([name, { grad }]) => (grad === null ? [] : [[`${name}.grad`, grad.clone()]]));
  return { ...results, ...Object.fromEntries(gradients) };
}

/** `output`, padded again if it was packed, the final states, and if the loss uses some the states after every step. */
function forward(one: Case): Results {
  const { net, given, lengths, enforceSorted, resets, batch, uses = [], options } = one;
  const { input, h0, c0 } = given as { input: Tensor; h0?: Tensor; c0?: Tensor };
  const call = net.forward.bind(net) as unknown as (...args: unknown[]) => [Rows, Tensor | Tensor[], Record<string, Rows[]>?];
  const { batchFirst } = options;
  const x = lengths === null ? input : packPaddedSequence(input, [...lengths], { batchFirst, enforceSorted });
  const marks = resets?.slice(0, lengths === null ? one.steps : Math.max(...lengths));
  const shape = marks && [marks.length, ...(batch === 0 ? [] : [batch])];
  const [output, last, after = {}] = call(x, h0 && c0 ? [h0, c0] : h0, {
    returnStates: uses.some((name) => name.includes(".")),
    ...(marks && { resetMask: tensor(Int32Array.from(marks.flat()), { shape: shape as number[] }) }),
  });
  const [hn, cn] = [last].flat() as [Tensor, Tensor?];
  const states = Object.entries(after).flatMap(([name, runs]) =>
    runs.map((rows, run): [string, Tensor] => [`${name}.${run}`, padded(rows, one, false)]),
  );
  return { output: padded(output, one, batchFirst), hn, ...(cn ? { cn } : {}), ...Object.fromEntries(states) };
}

type Rows = Tensor | InstanceType<typeof PackedSequence>;

function padded(rows: Rows, { steps }: Case, batchFirst: boolean): Tensor {
  return rows instanceof PackedSequence ? padPackedSequence(rows, { batchFirst, totalLength: steps })[0] : rows;
}
