/** A recurrent module with everything that it is given, run forward and backward. */

import { manualSeed, nn, randn, type Tensor } from "unrolled";
import type { Config } from "./config.js";

const { packPaddedSequence, padPackedSequence, PackedSequence } = nn.utils.rnn;

/** A module with its input, its states if they are given, and upstream gradients of all results. */
export interface Case extends Config {
  readonly net: nn.RNN | nn.LSTM | nn.GRU;
  /** `input`, and if they are given `h0` and `c0`. */
  readonly given: Readonly<Record<string, Tensor>>;
  /** Of `output`, `hn`, `cn`. */
  readonly upstream: Readonly<Record<string, Tensor>>;
}

/** Draws a module's weights and all values from the generator. */
export function draw(config: Config): Case {
  const { module, sizes, options, steps, batch, wants, givenState } = config;
  const { numLayers, bidirectional, batchFirst, projSize = 0 } = options;
  const net = new nn[module](...sizes, options);
  if (!wants.includes("parameters")) net.requiresGrad_(false);
  const directions = bidirectional ? 2 : 1;
  const withBatch = (first: number, last: number) =>
    batch === 0 ? [first, last] : batchFirst ? [batch, first, last] : [first, batch, last];
  const state = (last: number) => [numLayers * directions, ...(batch === 0 ? [] : [batch]), last];
  const hidden = projSize || sizes[1];
  const states = { h: state(hidden), ...(module === "LSTM" ? { c: state(sizes[1]) } : {}) };
  const each = (ending: string, requiresGrad: boolean) =>
    Object.fromEntries(Object.entries(states).map(([name, shape]) => [`${name}${ending}`, randn(shape, { requiresGrad })]));
  return {
    ...config,
    net,
    given: {
      input: randn(withBatch(steps, sizes[0]), { requiresGrad: wants.includes("input") }),
      ...(givenState ? each("0", wants.includes("state")) : {}),
    },
    upstream: { output: randn(withBatch(steps, directions * hidden)), ...each("n", false) },
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
  const terms = Object.entries(results).map(([name, value]) => value.mul(upstream[name] as Tensor).sum());
  terms.reduce((sum, term) => sum.add(term)).backward();
  const gradients = leaves.flatMap(([name, { grad }]) => (grad === null ? [] : [[`${name}.grad`, grad.clone()]]));
  return { ...results, ...Object.fromEntries(gradients) };
}

/** `output`, padded again if it was packed, and the final states. */
function forward({ net, given, lengths, enforceSorted, steps, options: { batchFirst } }: Case): Results {
  const { input, h0, c0 } = given as { input: Tensor; h0?: Tensor; c0?: Tensor };
  const call = net.forward.bind(net) as unknown as (input: unknown, state: unknown) => [unknown, Tensor | Tensor[]];
  const state = h0 && c0 ? [h0, c0] : h0;
  const [result, last] = call(lengths === null ? input : packPaddedSequence(input, [...lengths], { batchFirst, enforceSorted }), state);
  const output = result instanceof PackedSequence ? padPackedSequence(result, { batchFirst, totalLength: steps })[0] : result;
  const [hn, cn] = [last].flat() as [Tensor, Tensor?];
  return { output: output as Tensor, hn, ...(cn ? { cn } : {}) };
}
