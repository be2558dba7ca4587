import { mustRecord, record } from "../../autograd/node.js";
import { complaint, DTypeError, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { checkBoolean, checkInteger, checkOptions } from "../../options.js";
import { newIntegers } from "../../tensor/dtype.js";
import { makeTensor, Tensor } from "../../tensor/tensor.js";
import { withArena } from "../../wasm/arena.js";
import { core } from "../../wasm/core.js";
import { atPosition, requireFloats, requireIntegers } from "./check.js";
import { checkReduction, type LossOptions, type Reduction } from "./loss.js";

export interface CTCLossOptions extends LossOptions {
  /** The class that stands for no label. @default 0 */
  readonly blank?: number;
  /** Whether a target that is too long for its input has the loss 0 instead of infinity, and no gradient. @default false */
  readonly zeroInfinity?: boolean;
}

/** Numbers of steps or labels, one for each sequence: an array, an int32 tensor, or one number for an input without a batch. */
export type Lengths = number | readonly number[] | Tensor;

/** @internal */
export function checkCTCOptions(where: string, options: CTCLossOptions | undefined): Required<CTCLossOptions> {
  const defaults: Required<CTCLossOptions> = { reduction: "mean", blank: 0, zeroInfinity: false };
  const checked = checkOptions<Required<CTCLossOptions>>(where, options, defaults);
  checkReduction(where, checked.reduction);
  checkInteger(where, "blank", checked.blank, { min: 0 });
  checkBoolean(where, "zeroInfinity", checked.zeroInfinity);
  return checked;
}

/**
 * −ln Σ p(alignment) over all alignments of the target with the input (Graves et al. 2006)
 *
 * A mean divides each loss by the number of its labels (at least 1), then all by the number of sequences.
 *
 * DIFFERS: labels that are the blank, or no class, are an error.
 *
 * @param logProbs logarithms of probabilities, `[T, N, C]`, or `[T, C]` without a batch
 * @param targets labels, int32: `[N, S]` padded, or `[the sum of targetLengths]`, one sequence after the other
 * @param inputLengths steps of each sequence, at most T
 * @param targetLengths labels of each sequence, 0 allowed
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  options?: CTCLossOptions,
): Tensor {
  const where = "nn.functional.ctcLoss";
  return alignmentLoss(where, logProbs, targets, inputLengths, targetLengths, checkCTCOptions(where, options));
}

/** What the core computes with. */
interface Batch {
  readonly steps: number;
  readonly batch: number;
  readonly classes: number;
  /** All labels, one sequence after the other. */
  readonly labels: Int32Array;
  readonly inputLengths: Int32Array;
  readonly targetLengths: Int32Array;
}

/** @internal {@link ctcLoss}, called `where` in errors. */
export function alignmentLoss(
  where: string,
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  options: Required<CTCLossOptions>,
): Tensor {
  const batch = checkBatch(where, logProbs, targets, inputLengths, targetLengths, options.blank);
  const recording = mustRecord(logProbs);
  const { losses, gradients } = compute(logProbs, batch, options, recording);
  const batched = logProbs.shape.length === 3;
  const shares = sharesOf(options.reduction, batch);
  const values = shares === null ? losses : Float32Array.of(weightedSum(losses, shares));
  const result = makeTensor(values, shares === null && batched ? [batch.batch] : []);
  if (!recording) return result;
  return record(result, { name: "ctcLoss", inputs: [logProbs], saved: [logProbs] }, (gradient, node) => {
    const upstream = shares === null ? gradient : shares.map((share) => share * (gradient[0] as number));
    node.give(0, scaleSequences(gradients, upstream, batch));
  });
}

/** The losses, and the gradient of each if it will be asked for: both need the same alignments. */
function compute(
  logProbs: Tensor,
  { steps, batch, classes, labels, inputLengths, targetLengths }: Batch,
  { blank, zeroInfinity }: Required<CTCLossOptions>,
  recording: boolean,
): { readonly losses: Float32Array; readonly gradients: Float32Array } {
  const count = steps * batch * classes;
  const longest = targetLengths.reduce((most, length) => Math.max(most, length), 0);
  return withArena((arena) => {
    const losses = arena.f32(batch);
    const dx = recording ? arena.f32(count) : 0;
    const scratch = arena.f32(2 * core().ctc_scratch(steps, longest));
    const pointers = [labels, inputLengths, targetLengths].map((values) => arena.put(values)) as [number, number, number];
    const x = arena.place(logProbs.storage);
    core().ctc_loss(steps, batch, classes, x, labels.length, ...pointers, blank, Number(zeroInfinity), losses, dx, longest, scratch);
    return { losses: arena.takeF32(losses, batch), gradients: arena.takeF32(dx, recording ? count : 0) };
  });
}

/** The factor of each loss in the result; null for losses that are not reduced. */
function sharesOf(reduction: Reduction, { batch, targetLengths }: Batch): Float64Array | null {
  if (reduction === "none") return null;
  return Float64Array.from(targetLengths, (length) => (reduction === "sum" ? 1 : 1 / Math.max(length, 1) / batch));
}

function weightedSum(losses: Float32Array, shares: Float64Array): number {
  return shares.reduce((sum, share, sequence) => sum + share * (losses[sequence] as number), 0);
}

/** The gradients of each sequence, times what has arrived for its loss. */
function scaleSequences(gradients: Float32Array, upstream: ArrayLike<number>, { steps, batch, classes }: Batch): Float32Array {
  const out = new Float32Array(gradients.length);
  for (let row = 0; row < steps * batch; row++) {
    const factor = upstream[row % batch] as number;
    for (let at = row * classes; at < (row + 1) * classes; at++) out[at] = (gradients[at] as number) * factor;
  }
  return out;
}

function checkBatch(where: string, logProbs: Tensor, targets: Tensor, inputs: Lengths, labels: Lengths, blank: number): Batch {
  requireFloats(where, "logProbs", logProbs);
  const { shape } = logProbs;
  const batched = shape.length === 3;
  const [steps = 0, batch = 0, classes = 0] = batched ? shape : [shape[0], 1, shape[1]];
  if ((!batched && shape.length !== 2) || steps * batch * classes === 0) {
    throw new ShapeError(complaint(where, "logProbs", "[T, N, C] or [T, C], and not empty", showShape(shape)));
  }
  if (blank >= classes) throw new OptionError(complaint(where, "blank", `a class in [0, ${classes - 1}]`, String(blank)));
  const inputLengths = checkLengths(where, "inputLengths", inputs, batch, steps);
  const targetLengths = checkLengths(where, "targetLengths", labels, batch, Number.POSITIVE_INFINITY);
  return {
    steps,
    batch,
    classes,
    labels: checkLabels(where, targets, targetLengths, batched, classes, blank),
    inputLengths,
    targetLengths,
  };
}

function checkLengths(where: string, what: string, lengths: Lengths, batch: number, most: number): Int32Array {
  const given: unknown = lengths instanceof Tensor ? lengths.data : typeof lengths === "number" ? [lengths] : lengths;
  if (given instanceof Float32Array) {
    throw new DTypeError(complaint(where, what, "an int32 tensor", show(lengths), 'make it with { dtype: "int32" }'));
  }
  if (!(Array.isArray(given) || given instanceof Int32Array)) {
    throw new OptionError(complaint(where, what, "an array of numbers or an int32 tensor", show(lengths)));
  }
  if (given.length !== batch)
    throw new ShapeError(complaint(where, what, `one for each of the ${batch} sequences`, `${given.length} of them`));
  for (const [index, length] of given.entries()) {
    if (Number.isSafeInteger(length) && length >= 0 && length <= most) continue;
    const expected = most === Number.POSITIVE_INFINITY ? "an integer >= 0" : `an integer in [0, ${most}]`;
    throw new ShapeError(complaint(where, `${what}[${index}]`, expected, show(length)));
  }
  return Int32Array.from(given);
}

/** The labels of all sequences without padding. */
function checkLabels(where: string, targets: Tensor, lengths: Int32Array, batched: boolean, classes: number, blank: number): Int32Array {
  const values = requireIntegers(where, "targets", targets);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { shape } = targets;
  const padded = shape.length === 2 && shape[0] === lengths.length;
  const width = padded ? (shape[1] as number) : 0;
  const tooLong = padded ? lengths.findIndex((length) => length > width) : -1;
  if (tooLong >= 0) {
    throw new ShapeError(complaint(where, `targetLengths[${tooLong}]`, `at most S, ${width}`, String(lengths[tooLong])));
  }
  if (!padded && !(shape.length === 1 && shape[0] === total)) {
    const expected = `[${lengths.length}, S], or [${total}], the sum of targetLengths`;
    throw new ShapeError(complaint(where, "targets", batched ? expected : `[S], S being ${total} as targetLengths says`, showShape(shape)));
  }
  const labels = newIntegers(total, where);
  let count = 0;
  for (const [sequence, length] of lengths.entries()) {
    const start = padded ? sequence * width : count;
    for (let at = start; at < start + length; at++) {
      const label = values[at] as number;
      if (label < 0 || label >= classes || label === blank) {
        const expected = `classes in [0, ${classes - 1}] other than the blank, ${blank}`;
        throw new ShapeError(complaint(where, "targets", expected, `${label}${atPosition(at, shape)}`));
      }
      labels[count++] = label;
    }
  }
  return labels;
}
