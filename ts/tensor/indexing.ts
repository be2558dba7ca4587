import { mustRecord, type Node, record } from "../autograd/node.js";
import { complaint, DTypeError, ShapeError, show, showShape } from "../errors.js";
import { broadcastTo, checkInt32, requireInt32, valuesAs } from "./convert.js";
import { type DType, isInt32, newDoubles, newFloats, newIntegers, newValues, type Values } from "./dtype.js";
import { axisOf, broadcastShapes, checkDim, type Shape, sameShape } from "./shape.js";
import { sumTo } from "./strided.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";

function checkIndices(where: string, indices: Int32Array, size: number): void {
  for (const index of indices) {
    if (index < 0 || index >= size) throw new ShapeError(complaint(where, "every index", `in [0, ${size - 1}]`, String(index)));
  }
}

/** The values at `places`; gradients are added up where they came from. */
function take(name: string, x: Tensor, places: Int32Array, shape: Shape): Tensor {
  const values = x.storage.values();
  const out = newValues(x.dtype, places.length);
  for (let k = 0; k < out.length; k++) out[k] = values[places[k]!]!;
  const result = makeTensor(out, shape);
  if (!mustRecord(x)) return result;
  const size = x.storage.length;
  return record(result, { name, inputs: [x] }, (gradient, node) => {
    const sums = newDoubles(size);
    for (let k = 0; k < gradient.length; k++) sums[places[k]!] = sums[places[k]!]! + gradient[k]!;
    node.give(0, newFloats(sums));
  });
}

/** The indices `index` (a list) of dimension `dim`, in that order. */
export function indexSelect(where: string, x: Tensor, dim: number, index: Tensor): Tensor {
  const axis = checkDim(where, dim, x.shape.length);
  const indices = requireInt32(where, "index", index);
  if (index.shape.length > 1) throw new ShapeError(complaint(where, "index", "a list, of one dimension", showShape(index.shape)));
  const { outer, size, inner } = axisOf(x.shape, axis);
  checkIndices(where, indices, size);
  const places = newIntegers(outer * indices.length * inner);
  let position = 0;
  for (let row = 0; row < outer; row++) {
    for (const at of indices) for (let k = 0; k < inner; k++) places[position++] = (row * size + at) * inner + k;
  }
  return take("indexSelect", x, places, x.shape.length === 0 ? [] : x.shape.with(axis, indices.length));
}

/** `out[i][j][k] = x[i][index[i][j][k]][k]` for dimension 1; `index` is nowhere longer than `x` but in `dim`. */
export function gather(where: string, x: Tensor, dim: number, index: Tensor): Tensor {
  const axis = checkDim(where, dim, x.shape.length);
  const indices = requireInt32(where, "index", index);
  const fits = index.shape.length === x.shape.length && index.shape.every((size, at) => at === axis || size <= x.shape[at]!);
  if (!fits) {
    const expected = `of as many dimensions as ${showShape(x.shape)} and no longer but in dimension ${axis}`;
    throw new ShapeError(complaint(where, "index", expected, showShape(index.shape)));
  }
  checkIndices(where, indices, x.shape[axis] ?? 1);
  const places = newIntegers(indices.length);
  for (let k = 0; k < places.length; k++) {
    // from the last dimension to the first: the position of k in index, with the index itself in place of dimension `axis`
    let rest = k;
    let stride = 1;
    for (let at = x.shape.length - 1; at >= 0; at--) {
      const length = index.shape[at]!;
      places[k] = places[k]! + stride * (at === axis ? indices[k]! : rest % length);
      rest = Math.floor(rest / length);
      stride *= x.shape[at]!;
    }
  }
  return take("gather", x, places, index.shape);
}

/** x, but `value` where the mask, broadcast, is not 0. */
export function maskedFill(where: string, x: Tensor, mask: Tensor, value: number): Tensor {
  if (typeof value !== "number") throw new DTypeError(complaint(where, "value", "a number", show(value)));
  requireMask(where, mask);
  if (x.dtype === "int32") checkInt32(where, "value", value);
  if (!sameShape(broadcastShapes(where, x.shape, mask.shape), x.shape)) {
    throw new ShapeError(complaint(where, "mask", `one that broadcasts to ${showShape(x.shape)}`, showShape(mask.shape)));
  }
  return choose(where, "maskedFill", mask, value, x, x.dtype);
}

function requireMask(where: string, mask: unknown): void {
  if (!isTensor(mask)) throw new DTypeError(complaint(where, "mask", "an int32 tensor", show(mask)));
  requireInt32(where, "mask", mask);
}

/**
 * `a` where the mask is not 0, else `b`; all three are broadcast.
 *
 * @param mask int32, as comparisons give it
 */
export function where(mask: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  requireMask("where", mask);
  for (const [what, value] of [
    ["a", a],
    ["b", b],
  ] as const) {
    if (!isTensor(value) && typeof value !== "number") throw new DTypeError(complaint("where", what, "a tensor or a number", show(value)));
  }
  const isWhole = (value: Tensor | number) => (typeof value === "number" ? isInt32(value) : value.dtype === "int32");
  // Two numbers alone make floats.
  const integers = isWhole(a) && isWhole(b) && (isTensor(a) || isTensor(b));
  return choose("where", "where", mask, a, b, integers ? "int32" : "float32");
}

function choose(where: string, name: string, mask: Tensor, a: Tensor | number, b: Tensor | number, dtype: DType): Tensor {
  let shape = mask.shape;
  if (isTensor(a)) shape = broadcastShapes(where, shape, a.shape);
  if (isTensor(b)) shape = broadcastShapes(where, shape, b.shape);
  const chosen = broadcastTo(mask.storage.values(), mask.shape, shape);
  const whenTrue = spread(a, shape, dtype);
  const whenFalse = spread(b, shape, dtype);
  const out = newValues(dtype, chosen.length);
  for (let k = 0; k < out.length; k++) out[k] = chosen[k] !== 0 ? whenTrue[k]! : whenFalse[k]!;
  const result = makeTensor(out, shape);
  const inputs = [a, b].filter(isTensor);
  if (!mustRecord(mask, inputs[0], inputs[1])) return result;
  return record(result, { name, inputs, saved: [mask] }, (gradient, node) => {
    const mask01 = broadcastTo(mask.storage.values(), mask.shape, shape);
    if (isTensor(a)) giveWhere(node, 0, gradient, mask01, true, shape, a.shape);
    if (isTensor(b)) giveWhere(node, inputs.length - 1, gradient, mask01, false, shape, b.shape);
  });
}

function spread(value: Tensor | number, shape: Shape, dtype: DType): Values {
  if (isTensor(value)) return broadcastTo(valuesAs(value.storage.values(), dtype), value.shape, shape);
  const size = shape.reduce((product, length) => product * length, 1);
  return newValues(dtype, size).fill(value);
}

function giveWhere(node: Node, index: number, gradient: Float32Array, mask: Values, when: boolean, from: Shape, to: Shape): void {
  if (!node.wants(index)) return;
  const part = gradient.map((value, k) => ((mask[k] !== 0) === when ? value : 0));
  node.give(index, sumTo(part, from, to));
}
