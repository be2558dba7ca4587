import { complaint, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { requireFloat32 } from "../../tensor/convert.js";
import { sameShape } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import { PackedSequence } from "../utils/rnn/packed-sequence.js";
import { evenLayout, type Layout, packedLayout } from "./layout.js";
import type { Sizes } from "./sizes.js";

/** A checked input and how it lies in time. */
export interface Input {
  readonly data: Tensor;
  readonly layout: Layout;
  /** False for `[T, I]`: then states have no batch either. */
  readonly batched: boolean;
}

/** The layout of `[T, N, I]`, `[N, T, I]` if batch first, `[T, I]`, or a packed sequence. */
export function checkInput(where: string, input: Tensor | PackedSequence, sizes: Sizes): Input {
  const { inputSize, batchFirst } = sizes;
  const data = input instanceof PackedSequence ? input.data : input;
  if (!(data instanceof Tensor)) throw new OptionError(complaint(where, "input", "a tensor or a PackedSequence", show(input)));
  requireFloat32(where, "input", data);
  const packed = input instanceof PackedSequence;
  const names = packed ? ["rows"] : batchFirst ? ["N", "T"] : ["T", "N"];
  const batched = packed || data.shape.length === 3;
  if (data.shape.at(-1) !== inputSize || (batched ? data.shape.length !== names.length + 1 : data.shape.length !== 2)) {
    const unbatched = packed || data.shape.length === 3 ? "" : ` or [T, ${inputSize}]`;
    const expected = `[${[...names, inputSize].join(", ")}]${unbatched}`;
    throw new ShapeError(complaint(where, packed ? "input.data" : "input", expected, showShape(data.shape), wrongSide(data, sizes)));
  }
  if (packed) return { data, layout: packedLayout(input.batchSizes, input.batch), batched };
  if (!batched) return { data, layout: evenLayout(data.shape[0] as number, 1, false), batched };
  const [first, second] = data.shape as [number, number];
  const [steps, batch] = batchFirst ? [second, first] : [first, second];
  if (batch === 0) throw new ShapeError(complaint(where, "the batch", "of at least one sequence", showShape(data.shape)));
  return { data, layout: evenLayout(steps, batch, batchFirst), batched };
}

/** A hint for what most often is the reason. */
function wrongSide({ shape }: Tensor, { inputSize }: Sizes): string | undefined {
  const size = shape.at(-1);
  return size === inputSize ? undefined : `the last dimension is inputSize; expected ${inputSize}, got ${size}`;
}

/** Throws unless a state is a float tensor of this shape. */
export function checkState(where: string, what: string, state: Tensor, shape: readonly number[]): void {
  if (!(state instanceof Tensor)) throw new OptionError(complaint(where, what, "a tensor", show(state)));
  requireFloat32(where, what, state);
  if (sameShape(state.shape, shape)) return;
  const names = shape.length === 3 ? "[layers · directions, N, size]" : "[layers · directions, size] for an input without a batch";
  throw new ShapeError(complaint(where, what, showShape(shape), showShape(state.shape), `a state is ${names}, never batch first`));
}
