import { isGradEnabled, noGrad } from "../autograd/mode.js";
import { mustRecord, record } from "../autograd/node.js";
import { complaint, DTypeError, ShapeError, show, showShape, UnrolledError } from "../errors.js";
import { broadcastTo, checkInt32, requireTensor, valuesAs } from "./convert.js";
import { copyValues } from "./dtype.js";
import { broadcastShapes, sameShape } from "./shape.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";

/** Throws unless `target` may be written: not where autograd would have to know of it, and not a copy where PyTorch has a view. */
function checkWritable(where: string, target: Tensor, other?: Tensor | number): void {
  if (isGradEnabled() && (target.requiresGrad || (isTensor(other) && other.requiresGrad))) {
    const hint = "wrap it in noGrad, or use the method without the underscore";
    throw new UnrolledError(
      complaint(where, "the tensors", "free of gradients when changed in place", "one that requires a gradient", hint),
    );
  }
  if (target.copiedBy === null) return;
  const actual = `the result of ${target.copiedBy}, which is a copy and not a view`;
  throw new UnrolledError(complaint(where, "the tensor", "one of its own", actual, "clone() it, or write to what it was taken from"));
}

/** A copy of its own. */
export function clone(x: Tensor): Tensor {
  const result = makeTensor(copyValues(x.storage.values()), x.shape);
  return mustRecord(x) ? record(result, { name: "clone", inputs: [x] }, (gradient, node) => node.give(0, gradient)) : result;
}

/** target ← source, broadcast, converted to the dtype of target */
export function copy(where: string, target: Tensor, source: Tensor): void {
  requireTensor(where, "source", source, "use fill_ for a number");
  checkWritable(where, target, source);
  checkFits(where, target, source);
  const values = valuesAs(source.storage.values(), target.dtype);
  target.storage.values().set(broadcastTo(values, source.shape, target.shape));
  target.storage.version++;
}

/** target ← value everywhere */
export function fill(where: string, target: Tensor, value: number): void {
  if (typeof value !== "number") throw new DTypeError(complaint(where, "value", "a number", show(value)));
  checkWritable(where, target);
  if (target.dtype === "int32") checkInt32(where, "value", value);
  target.storage.values().fill(value);
  target.storage.version++;
}

/** target ← compute(target), where `other` is what is added or multiplied */
export function write(where: string, target: Tensor, other: Tensor | number, compute: (target: Tensor) => Tensor): void {
  checkWritable(where, target, other);
  if (isTensor(other)) checkFits(where, target, other);
  const result = noGrad(() => compute(target));
  if (result.dtype !== target.dtype) {
    throw new DTypeError(complaint(where, "the result", target.dtype, result.dtype, "values in place keep their dtype"));
  }
  target.storage.values().set(result.storage.values());
  target.storage.version++;
}

function checkFits(where: string, target: Tensor, source: Tensor): void {
  if (sameShape(broadcastShapes(where, target.shape, source.shape), target.shape)) return;
  throw new ShapeError(complaint(where, "the other shape", `one that broadcasts to ${showShape(target.shape)}`, showShape(source.shape)));
}
