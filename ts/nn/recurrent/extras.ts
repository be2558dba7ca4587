import { complaint, DTypeError, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { checkBoolean, checkOptions } from "../../options.js";
import { sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { PackedSequence } from "../utils/rnn/packed-sequence.js";
import type { Input } from "./input.js";

/** What a call of `forward` may ask for besides. */
export interface ForwardOptions {
  /**
   * `[T, N]` of int32, `[T]` without a batch, never batch first: where it is 1, the state is zero before that step, and no gradient passes there. For
   * sequences that begin and end within the rows of a batch. A reverse direction comes to a step from the one after it, so that is what a mark cuts
   * off there: of such sequences the mark is the last step's, and one mask cannot serve both directions. @default nowhere
   */
  readonly resetMask?: Tensor;
  /** Whether the states after every step are returned, too. @default false */
  readonly returnStates?: boolean;
}

/** {@link ForwardOptions} that ask for the states. */
export interface StatesOptions extends ForwardOptions {
  readonly returnStates: true;
}

/** {@link ForwardOptions} that do not. */
export interface NoStatesOptions extends ForwardOptions {
  readonly returnStates?: false;
}

/** What comes out in the form that went in: packed if that was packed. */
export type Like<T extends Tensor | PackedSequence> = T extends PackedSequence ? PackedSequence : Tensor;

/**
 * The states after every step, for each layer and direction (layer·D + direction): `[T, N, Hout]`, never batch first; `[T, Hout]` without a batch;
 * packed if the input was. Gradients flow through them.
 */
export interface RecurrentStates<T extends Tensor | PackedSequence> {
  readonly h: readonly Like<T>[];
}

/** The same of an LSTM, with its cell states `[T, N, H]`. */
export interface LSTMStates<T extends Tensor | PackedSequence> extends RecurrentStates<T> {
  readonly c: readonly Like<T>[];
}

/** Checked options; `reset` has one mark for each row, as the rows of the layout lie. */
export interface Extras {
  readonly reset: Int32Array | undefined;
  readonly returnStates: boolean;
}

const NOTHING: Extras = { reset: undefined, returnStates: false };

/** Checks the options of a call against its input. */
export function checkExtras(where: string, options: ForwardOptions | undefined, input: Tensor | PackedSequence, checked: Input): Extras {
  if (options === undefined) return NOTHING;
  const defaults = { resetMask: undefined as Tensor | undefined, returnStates: false };
  const { resetMask, returnStates } = checkOptions(where, options, defaults);
  checkBoolean(where, "returnStates", returnStates);
  const reset = resetMask === undefined ? undefined : resetRows(where, resetMask, input, checked);
  return { reset, returnStates };
}

function resetRows(where: string, mask: Tensor, input: Tensor | PackedSequence, { layout, batched }: Input): Int32Array {
  if (!(mask instanceof Tensor)) throw new OptionError(complaint(where, "resetMask", "an int32 tensor", show(mask)));
  const values = mask.storage.values();
  if (!(values instanceof Int32Array)) {
    throw new DTypeError(complaint(where, "resetMask", "an int32 tensor", show(mask), 'make it with { dtype: "int32" }'));
  }
  const shape = batched ? [layout.steps, layout.batch] : [layout.steps];
  if (!sameShape(mask.shape, shape)) {
    const hint = batched ? "a reset mask is [T, N], never batch first" : "a reset mask is [T] for an input without a batch";
    throw new ShapeError(complaint(where, "resetMask", showShape(shape), showShape(mask.shape), hint));
  }
  const wrong = values.find((value) => value !== 0 && value !== 1);
  if (wrong !== undefined) throw new OptionError(complaint(where, "resetMask", "of zeros and ones", `a value ${wrong}`));
  return input instanceof PackedSequence ? packMask(values, input, layout.batch) : values.slice();
}

/** The marks of a mask `[T, N]` in the order of a packed sequence's rows. */
function packMask(values: Int32Array, { batchSizes, sortedIndices }: PackedSequence, batch: number): Int32Array {
  const marks: number[] = [];
  for (const [t, size] of batchSizes.entries()) {
    for (let place = 0; place < size; place++) marks.push(values[t * batch + (sortedIndices?.[place] ?? place)] as number);
  }
  return Int32Array.from(marks);
}
