import { mustRecord, record } from "../../../autograd/node.js";
import { complaint, OptionError, ShapeError, show, showShape } from "../../../errors.js";
import { checkInteger } from "../../../options.js";
import { makeTensor, Tensor } from "../../../tensor/tensor.js";

/**
 * A batch of sequences of different lengths without padding: the steps 0 of all sequences, then the steps 1 of those that have one, and so on,
 * the longest sequence first. Made by `packPaddedSequence`; taken by RNN, LSTM and GRU, which compute nothing for what is not there.
 *
 * DIFFERS: layers that work on each step by itself (`Linear`, `Embedding`, `Dropout`, norms, activations, `Sequential`) and losses take it too.
 */
export class PackedSequence {
  /** A literal, because minifiers rename classes. */
  static readonly name: string = "PackedSequence";

  /** `[rows, …]` the steps of all sequences; a loss may be computed on them directly. */
  readonly data: Tensor;
  /** How many sequences have each step. */
  readonly batchSizes: readonly number[];
  /** For each packed sequence, which of the original ones it is; null if they were sorted. */
  readonly sortedIndices: readonly number[] | null;
  /** For each original sequence, where it is packed; null if they were sorted. */
  readonly unsortedIndices: readonly number[] | null;
  /** `N`: how many sequences there are. Those without steps, which PyTorch does not have, are packed last. */
  readonly batch: number;

  /**
   * @param data `[rows, …]`
   * @param batchSizes how many sequences have each step: never more than the step before
   * @param sortedIndices for each packed sequence, which of the original ones it is; null if they were sorted
   * @param batch how many sequences there are, if some have no steps
   */
  constructor(data: Tensor, batchSizes: readonly number[], sortedIndices: readonly number[] | null = null, batch?: number) {
    const where = "nn.utils.rnn.PackedSequence";
    if (!(data instanceof Tensor)) throw new OptionError(complaint(where, "data", "a tensor", show(data)));
    const rows = checkBatchSizes(where, batchSizes);
    if (data.shape[0] !== rows) {
      throw new ShapeError(complaint(where, "data", `[${rows}, …], the sum of batchSizes`, showShape(data.shape)));
    }
    this.batch = checkInteger(where, "batch", batch ?? sortedIndices?.length ?? batchSizes[0] ?? 0, { min: batchSizes[0] ?? 1 });
    if (sortedIndices !== null) checkPermutation(where, sortedIndices, this.batch);
    this.data = data;
    // Copies: what was checked stays as it was.
    this.batchSizes = Object.freeze([...batchSizes]);
    this.sortedIndices = sortedIndices && Object.freeze([...sortedIndices]);
    this.unsortedIndices = sortedIndices && Object.freeze(invertPermutation(sortedIndices));
  }

  /** The same arrangement of other data. */
  withData(data: Tensor): PackedSequence {
    return new PackedSequence(data, this.batchSizes, this.sortedIndices, this.batch);
  }

  /** @internal A state `[L·D, N, H]` in the order of packing. */
  sortState(state: Tensor | undefined): Tensor | undefined {
    return state === undefined || this.sortedIndices === null ? state : permuteBatch(state, this.sortedIndices);
  }

  /** @internal A state in the original order. */
  unsortState(state: Tensor): Tensor {
    return this.unsortedIndices === null ? state : permuteBatch(state, this.unsortedIndices);
  }
}

/**
 * @internal What a layer makes of a tensor, or of the steps of a packed sequence, which stays packed.
 *
 * @param own how many of the last dimensions the layer needs: packed data has those, and its rows
 */
export function onData(where: string, input: Tensor | PackedSequence, layer: (data: Tensor) => Tensor, own = 0): Tensor | PackedSequence {
  if (input instanceof Tensor) return layer(input);
  if (!(input instanceof PackedSequence)) throw new OptionError(complaint(where, "input", "a tensor or a PackedSequence", show(input)));
  if (input.data.shape.length > own) return input.withData(layer(input.data));
  const expected = `of at least ${own + 1} dimensions, the first of which are the rows`;
  throw new ShapeError(complaint(where, "input.data", expected, showShape(input.data.shape)));
}

/** @internal Input and target of a loss: the steps of both if they are packed alike, otherwise what they are. */
export function dataOf(where: string, input: Tensor | PackedSequence, target: Tensor | PackedSequence): [input: Tensor, target: Tensor] {
  if (!(input instanceof PackedSequence) && !(target instanceof PackedSequence)) return [input, target];
  if (!(input instanceof PackedSequence && target instanceof PackedSequence)) {
    const actual = input instanceof PackedSequence ? "only the input" : "only the target";
    throw new OptionError(complaint(where, "input and target", "packed both, or neither", actual));
  }
  const same = (a: readonly number[] | null, b: readonly number[] | null) => a === b || a?.join() === b?.join();
  const alike = same(input.batchSizes, target.batchSizes) && same(input.sortedIndices, target.sortedIndices);
  if (alike && input.batch === target.batch) return [input.data, target.data];
  const hint = "pack both with the same lengths";
  throw new ShapeError(complaint(where, "target", "packed as the input", "other batchSizes or another order", hint));
}

/** The sum of sizes that never grow. */
function checkBatchSizes(where: string, sizes: readonly number[]): number {
  if (!Array.isArray(sizes)) throw new OptionError(complaint(where, "batchSizes", "an array of sizes", show(sizes)));
  let rows = 0;
  for (const [t, size] of sizes.entries()) {
    const most = t === 0 ? Number.MAX_SAFE_INTEGER : (sizes[t - 1] as number);
    if (!Number.isInteger(size) || size < 1 || size > most) {
      throw new ShapeError(complaint(where, `batchSizes[${t}]`, t === 0 ? "an integer >= 1" : `an integer in [1, ${most}]`, show(size)));
    }
    rows += size;
  }
  return rows;
}

function checkPermutation(where: string, indices: readonly number[], count: number): void {
  const seen = new Set(indices);
  const fits = Array.isArray(indices) && indices.length === count && seen.size === count;
  if (fits && indices.every((index) => Number.isInteger(index) && index >= 0 && index < count)) return;
  throw new ShapeError(complaint(where, "sortedIndices", `an order of the ${count} sequences`, show(indices)));
}

/** For each value of a permutation, where it stands. */
export function invertPermutation(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  for (const [position, value] of permutation.entries()) inverse[value] = position;
  return inverse;
}

/** `[L·D, N, H]` with its sequences in another order: result[·, n] = state[·, order[n]]. */
function permuteBatch(state: Tensor, order: readonly number[]): Tensor {
  const result = makeTensor(permuteRows(state.storage.values() as Float32Array, state.shape, order), state.shape);
  if (!mustRecord(state)) return result;
  const inverse = invertPermutation(order);
  return record(result, { name: "permuteBatch", inputs: [state] }, (gradient, node) => {
    node.give(0, permuteRows(gradient, state.shape, inverse));
  });
}

function permuteRows(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array<ArrayBuffer> {
  const [runs, batch, size] = shape as [number, number, number];
  const result = new Float32Array(values.length);
  for (let run = 0; run < runs; run++) {
    for (const [to, from] of order.entries()) {
      const source = (run * batch + from) * size;
      result.set(values.subarray(source, source + size), (run * batch + to) * size);
    }
  }
  return result;
}
