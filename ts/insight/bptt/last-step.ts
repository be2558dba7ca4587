import { valuesOf } from "../../autograd/gradient.js";
import { observeStateGradients, type StateGradients } from "../../nn/recurrent/observe.js";
import type { Pass } from "../../nn/recurrent/pass.js";
import { directions } from "../../nn/recurrent/sizes.js";
import { newFloats } from "../../tensor/dtype.js";
import { makeTensor, type Tensor } from "../../tensor/tensor.js";
import type { Call, Chain, Norms } from "./chains.js";
import { normsOf } from "./chains.js";

/** A result of the last call of a chain, and the gradient that it is sent back with. */
export interface Seed {
  readonly result: Tensor;
  readonly gradient: Float32Array;
}

/** What of the loss's gradient arrives at the last step of a direction; of the sequences that reach that step in this direction. */
export interface Seeds {
  readonly seeds: readonly Seed[];
  /** Frobenius norm of all of them together. */
  readonly norm: number;
}

/** Where of the values of a result those of the last step lie: pieces `[start, end)`. */
type Pieces = (index: number) => Iterable<readonly [start: number, end: number]>;

/**
 * Copies, of what has arrived at the results of a call, what arrives at the last step of each direction: t = T − 1 forward, and t = 0 in reverse, of
 * those sequences which have all steps. To be called while backward runs.
 */
export function seedsOf({ pass, results }: Call, { arrived }: StateGradients): Seeds[] {
  const { sizes } = pass.network;
  return Array.from({ length: directions(sizes) }, (_, direction) => {
    const pieces = piecesOf(pass, direction);
    const outputs = [results.output, results.hn, results.cn, ...(results.states?.h ?? []), ...(results.states?.c ?? [])];
    const present = outputs.filter((output) => output !== undefined);
    const seeds: Seed[] = [];
    let squares = 0;
    for (const [index, result] of present.entries()) {
      const gradient = arrived[index];
      if (gradient === null || gradient === undefined) continue;
      const values = valuesOf(gradient);
      const kept = newFloats(values.length);
      for (const [start, end] of pieces(index)) {
        kept.set(values.subarray(start, end), start);
        for (let at = start; at < end; at++) squares += (values[at] as number) ** 2;
      }
      seeds.push({ result, gradient: kept });
    }
    return { seeds, norm: Math.sqrt(squares) };
  });
}

function piecesOf({ network, layout, cellShape }: Pass, direction: number): Pieces {
  const { steps, batch, batchFirst, offsets } = layout;
  const { hiddenSize } = network.sizes;
  const { runs, output } = network;
  const width = directions(network.sizes) * output;
  const firstState = cellShape === undefined ? 2 : 3;
  const last = direction === 0 ? steps - 1 : 0;
  const longest = steps === 0 ? batch : (offsets[steps] as number) - (offsets[steps - 1] as number);
  const inRows = function* (rowOf: (n: number) => number, size: number, from: number, count: number) {
    for (let n = 0; n < longest; n++) yield [rowOf(n) * size + from, rowOf(n) * size + from + count] as const;
  };
  return function* (index) {
    const isH = index === 1 || (index >= firstState && index < firstState + runs);
    const size = isH ? output : hiddenSize;
    if (index > 0 && index < firstState) {
      for (let run = direction; run < runs; run += directions(network.sizes)) yield [run * batch * size, (run * batch + longest) * size];
    } else if (steps > 0 && index === 0) {
      yield* inRows((n) => (batchFirst ? n * steps + last : (offsets[last] as number) + n), width, direction * output, output);
    } else if (steps > 0 && ((index - firstState) % runs) % directions(network.sizes) === direction) {
      yield* inRows((n) => (offsets[last] as number) + n, size, 0, size);
    }
  };
}

/**
 * The norms of a backward pass of these seeds alone, scaled so that they have a norm of 1 together: gradients are linear in them, and so float32 has all
 * of its range for how they grow or shrink. The graph stays whole; leaves get what they get.
 */
export function normsFromLastStep(chain: Chain, { seeds, norm }: Seeds): Norms {
  const factor = 1 / norm;
  const terms = seeds.map(({ result, gradient }) => {
    const scaled = gradient.map((value) => value * factor);
    return result.mul(makeTensor(scaled, result.shape)).sum();
  });
  const sum = terms.reduce((a, b) => a.add(b));
  const seen = new Map<Pass, StateGradients>();
  observeStateGradients(
    (gradients) => seen.set(gradients.pass, gradients),
    () => sum.backward(undefined, { retainGraph: true }),
  );
  return normsOf(chain, seen) as Norms;
}
