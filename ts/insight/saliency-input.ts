import { complaint, DTypeError, OptionError, ShapeError, show, showShape } from "../errors.js";
import { Embedding } from "../nn/embedding.js";
import type { Module } from "../nn/module.js";
import { packedLayout } from "../nn/recurrent/layout.js";
import { RecurrentModule } from "../nn/recurrent/module.js";
import type { Pass } from "../nn/recurrent/pass.js";
import { lengthsInOrder } from "../nn/utils/rnn/lengths.js";
import { PackedSequence } from "../nn/utils/rnn/packed-sequence.js";
import { Tensor } from "../tensor/tensor.js";

/** How the positions of an input lie: which step of which sequence each of its rows is. */
export interface Positions {
  readonly steps: number;
  readonly batch: number;
  /** Whether there is a dimension for the batch. */
  readonly batched: boolean;
  readonly batchFirst: boolean;
  /** How many steps each sequence has. */
  readonly lengths: readonly number[];
  /** Where the values of a step of a sequence are, counted in rows; undefined if the sequence has no such step. */
  row(step: number, sequence: number): number | undefined;
}

/** The positions of a packed sequence's rows, in the caller's order of sequences. */
export function packedPositions({ batchSizes, batch, unsortedIndices }: PackedSequence): Positions {
  const layout = packedLayout(batchSizes, batch);
  const lengths = lengthsInOrder(batchSizes, batch, unsortedIndices);
  const row = (step: number, sequence: number) => {
    const place = unsortedIndices?.[sequence] ?? sequence;
    return step < (lengths[sequence] as number) ? (layout.offsets[step] as number) + place : undefined;
  };
  return { steps: layout.steps, batch, batched: true, batchFirst: false, lengths, row };
}

/**
 * The positions of a tensor's first dimensions, `[T]`, `[T, N]` or `[N, T]`.
 *
 * @param pass the first pass of RNN, LSTM or GRU, which tells which of the two is time
 * @param wanted what the caller says
 */
export function tensorPositions(where: string, lead: readonly number[], pass: Pass | undefined, wanted: boolean | undefined): Positions {
  if (lead.length !== 1 && lead.length !== 2) {
    throw new ShapeError(complaint(where, "input", "of one or two dimensions beside the features", showShape(lead)));
  }
  const [first, second = 1] = lead as [number, number?];
  if (lead.length === 1) {
    return {
      steps: first,
      batch: 1,
      batched: false,
      batchFirst: false,
      lengths: [first],
      row: (step) => (step < first ? step : undefined),
    };
  }
  const batchFirst = wanted ?? isBatchFirst(first, second, pass);
  const [steps, batch] = batchFirst ? [second, first] : [first, second];
  const row = (step: number, sequence: number) =>
    step < steps ? (batchFirst ? sequence * steps + step : step * batch + sequence) : undefined;
  return { steps, batch, batched: true, batchFirst, lengths: new Array<number>(batch).fill(steps), row };
}

/** As the module says, unless the sizes say that the model has exchanged the two before. */
function isBatchFirst(first: number, second: number, pass: Pass | undefined): boolean {
  if (pass === undefined || !(pass.owner instanceof RecurrentModule)) return false;
  const { batchFirst } = pass.owner;
  const { steps, batch } = pass.layout;
  const fits = (exchanged: boolean) => (exchanged ? first === batch && second === steps : first === steps && second === batch);
  return fits(batchFirst) || !fits(!batchFirst) ? batchFirst : !batchFirst;
}

/** What the gradients arrive at: the input itself, or the vectors that embeddings have made of it. */
export interface Leaves {
  /** Leaves with a row for each position each, or one for each step. */
  readonly tensors: readonly Tensor[];
  readonly output: unknown;
}

/** Runs the model on an input whose values, or whose embedded vectors, take gradients. */
export function runWithLeaves(where: string, model: Module & { forward(input: never): unknown }, input: Tensor | PackedSequence): Leaves {
  const forward = (given: Tensor | PackedSequence) => (model.forward as (input: Tensor | PackedSequence) => unknown)(given);
  const data = input instanceof PackedSequence ? input.data : input;
  if (data.dtype === "float32") {
    const leaf = data.detach().requiresGrad_();
    return { tensors: [leaf], output: forward(input instanceof PackedSequence ? input.withData(leaf) : leaf) };
  }
  const embeddings = model.modules().filter((module) => module instanceof Embedding);
  if (embeddings.length === 0) {
    const hint = "saliency of tokens is that of their embedded vectors";
    throw new DTypeError(complaint(where, "input", "float32 for a model without nn.Embedding", data.dtype, hint));
  }
  const tensors: Tensor[] = [];
  const output = withCutEmbeddings(embeddings, tensors, () => forward(input));
  return { tensors, output };
}

/** While `fn` runs, what the embeddings give are leaves, which are put into `leaves`. */
function withCutEmbeddings<R>(embeddings: readonly Embedding[], leaves: Tensor[], fn: () => R): R {
  const cut = (data: Tensor): Tensor => {
    const leaf = data.detach().requiresGrad_();
    leaves.push(leaf);
    return leaf;
  };
  const before = embeddings.map((embedding) => Object.getOwnPropertyDescriptor(embedding, "forward"));
  try {
    for (const embedding of embeddings) {
      const original = embedding.forward;
      const value = (input: Tensor | PackedSequence) => {
        const result = original.call(embedding, input);
        return result instanceof PackedSequence ? result.withData(cut(result.data)) : cut(result);
      };
      // Not enumerable, because a module's fields are its members.
      Object.defineProperty(embedding, "forward", { value, configurable: true, enumerable: false });
    }
    return fn();
  } finally {
    for (const [index, embedding] of embeddings.entries()) {
      const descriptor = before[index];
      if (descriptor !== undefined) Object.defineProperty(embedding, "forward", descriptor);
      else Reflect.deleteProperty(embedding, "forward");
    }
  }
}

/** `[T, N]` the sums of squares of the gradients that have arrived, over all leaves and features; the gradients are dropped. */
export function takeSquares(where: string, leaves: readonly Tensor[], positions: Positions, into: Float64Array): void {
  const rows = positions.lengths.reduce((sum, length) => sum + length, 0);
  const whole = leaves.filter((leaf) => rowsOf(leaf) === rows && rows > 0);
  const byStep = whole.length === 0 && leaves.length === positions.steps && leaves.every((leaf) => rowsOf(leaf) === positions.batch);
  if (whole.length === 0 && !byStep && rows > 0) {
    const shapes = leaves.map((leaf) => showShape(leaf.shape)).slice(0, 4);
    throw new ShapeError(complaint(where, "the embedded vectors", `of ${rows} positions, as the input is`, shapes.join(", ") || "none"));
  }
  for (const leaf of byStep ? [] : whole) {
    const exchanged = isExchanged(leaf, positions);
    addSquares(leaf, positions, into, (step, sequence) => {
      return exchanged
        ? positions.batchFirst
          ? step * positions.batch + sequence
          : sequence * positions.steps + step
        : positions.row(step, sequence);
    });
  }
  if (!byStep) return;
  for (const [step, leaf] of leaves.entries()) addSquares(leaf, positions, into, (t, sequence) => (t === step ? sequence : undefined));
}

/** Positions of which a leaf has the features. */
function rowsOf(leaf: Tensor): number {
  return leaf.numel() / Math.max(1, leaf.shape.at(-1) ?? 1);
}

/** Whether the model has exchanged time and batch before it embedded. */
function isExchanged({ shape }: Tensor, { steps, batch, batched, batchFirst }: Positions): boolean {
  if (!batched || shape.length !== 3 || steps === batch) return false;
  return shape[0] === (batchFirst ? steps : batch) && shape[1] === (batchFirst ? batch : steps);
}

function addSquares(
  leaf: Tensor,
  { steps, batch }: Positions,
  into: Float64Array,
  row: (step: number, sequence: number) => number | undefined,
): void {
  const gradient = leaf.grad?.storage.values();
  leaf.grad = null;
  if (gradient === undefined) return;
  const width = leaf.shape.at(-1) ?? 1;
  for (let step = 0; step < steps; step++) {
    for (let sequence = 0; sequence < batch; sequence++) {
      const at = row(step, sequence);
      if (at === undefined) continue;
      let sum = 0;
      for (let feature = 0; feature < width; feature++) sum += (gradient[at * width + feature] as number) ** 2;
      into[step * batch + sequence] = (into[step * batch + sequence] as number) + sum;
    }
  }
}

/** The tensor or packed sequence in what a model gives: itself, or the first of several. */
export function outputOf(where: string, result: unknown): Tensor | PackedSequence {
  if (result instanceof Tensor || result instanceof PackedSequence) return result;
  if (Array.isArray(result) && result.length > 0) return outputOf(where, result[0]);
  throw new OptionError(
    complaint(where, "what the model gives", "a tensor, a packed sequence, or an array that begins with one", show(result)),
  );
}
