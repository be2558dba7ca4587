import type { AnyGradient, CoreGradient } from "../../autograd/gradient.js";
import { complaint, DTypeError, OptionError, ShapeError, show, showShape } from "../../errors.js";
import { checkInteger } from "../../options.js";
import { type Shape, sameShape, sizeOf, stridesOf } from "../../tensor/shape.js";
import { type Box, readBox, writeBox } from "../../tensor/strided.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Arena } from "../../wasm/arena.js";
import { atPosition, requireFloats } from "./check.js";
import { checkReduction, type LossOptions, type Reduction } from "./loss.js";

/** What losses over classes have in common. */
export interface ClassOptions extends LossOptions {
  /** A factor of the losses of each class, `[C]`. @default none */
  readonly weight?: Tensor | null;
  /** Targets of this class do not count. @default -100 */
  readonly ignoreIndex?: number;
}

/** @internal */
export interface CheckedClassOptions {
  readonly reduction: Reduction;
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
}

/** @internal */
export function checkClassOptions<O extends CheckedClassOptions>(where: string, options: O): O {
  checkReduction(where, options.reduction);
  if (options.weight !== null) requireFloats(where, "weight", options.weight);
  checkInteger(where, "ignoreIndex", options.ignoreIndex, { min: -(2 ** 31), max: 2 ** 31 - 1 });
  return options;
}

/** Input `[C]`, `[N, C]` or `[N, C, …]` as rows of classes. */
export interface ClassRows {
  readonly rows: number;
  readonly classes: number;
  /** Of the losses, and of targets that are classes: the input's without C. */
  readonly shape: Shape;
  /** The input with the classes moved to the end; null if they are there. */
  readonly box: Box | null;
}

/** @internal Throws unless input and weight fit together. */
export function checkRows(where: string, input: Tensor, weight: Tensor | null): ClassRows {
  requireFloats(where, "input", input);
  const rank = input.shape.length;
  const axis = rank === 1 ? 0 : 1;
  const classes = input.shape[axis] ?? 0;
  if (classes === 0) throw new ShapeError(complaint(where, "input", "[C], [N, C] or [N, C, …] with C at least 1", showShape(input.shape)));
  if (weight !== null && !sameShape(weight.shape, [classes])) {
    throw new ShapeError(complaint(where, "weight", `[${classes}]`, showShape(weight.shape)));
  }
  const others = [...input.shape.keys()].filter((each) => each !== axis);
  const shape = others.map((each) => input.shape[each]!);
  const strides = stridesOf(input.shape);
  const order = [...others, axis];
  const box = { shape: [...shape, classes], strides: order.map((each) => strides[each]!), offset: 0 };
  return { rows: sizeOf(shape), classes, shape, box: axis === rank - 1 ? null : box };
}

/** @internal The values with the classes last, in the arena: to be read. */
export function placeRows(arena: Arena, tensor: Tensor, { box }: ClassRows): number {
  if (box === null) return arena.place(tensor.storage);
  const values = tensor.storage.values() as Float32Array;
  return arena.put(readBox(values, box, new Float32Array(values.length)));
}

/** @internal A gradient with the classes last, in the order of the input. */
export function inOrder(dx: CoreGradient, { box }: ClassRows): AnyGradient {
  return box === null ? dx : writeBox(dx.values(), box, new Float32Array(dx.length));
}

/** @internal Throws unless the target has one class, or `ignoreIndex`, for each row. */
export function checkClassTarget(where: string, target: Tensor, { shape, classes }: ClassRows, ignoreIndex: number): void {
  if (!(target instanceof Tensor)) throw new OptionError(complaint(where, "target", "a tensor", show(target)));
  const values = target.storage.values();
  if (!(values instanceof Int32Array)) {
    throw new DTypeError(complaint(where, "target", "classes as an int32 tensor", show(target), 'make it with { dtype: "int32" }'));
  }
  if (!sameShape(target.shape, shape)) throw new ShapeError(complaint(where, "target", showShape(shape), showShape(target.shape)));
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if ((value >= 0 && value < classes) || value === ignoreIndex) continue;
    const expected = `classes in [0, ${classes - 1}], or ignoreIndex ${ignoreIndex}`;
    throw new ShapeError(complaint(where, "target", expected, `${value}${atPosition(at, shape)}`));
  }
}
