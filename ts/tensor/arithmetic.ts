import type { Gradient } from "../autograd/gradient.js";
import { mustRecord, type Node, record } from "../autograd/node.js";
import { complaint, DTypeError, show } from "../errors.js";
import { checkNumber, checkOneOf, checkOptions } from "../options.js";
import { broadcastTo, floatsOf, valuesAs } from "./convert.js";
import { type DType, isInt32, newFloats, newValues, type Values } from "./dtype.js";
import { broadcastShapes, type Shape, sizeOf } from "./shape.js";
import { sumTo } from "./strided.js";
import { isTensor, makeTensor, type Tensor } from "./tensor.js";

/** `out[k] = a[k & aMask] ∘ b[k & bMask]`: a mask of 0 repeats a single value, one of −1 is the index itself. */
type Kernel = (out: Values, a: Values, aMask: number, b: Values, bMask: number) => void;

const sum: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) + (b[k & bMask] as number);
};
const difference: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) - (b[k & bMask] as number);
};
const product: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) * (b[k & bMask] as number);
};
/** The low 32 bits, which a product of doubles would round away. */
const integerProduct: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = Math.imul(a[k & aMask] as number, b[k & bMask] as number);
};
const quotient: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) / (b[k & bMask] as number);
};
const equal: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = a[k & aMask] === b[k & bMask] ? 1 : 0;
};
const unequal: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = a[k & aMask] !== b[k & bMask] ? 1 : 0;
};
const less: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) < (b[k & bMask] as number) ? 1 : 0;
};
const lessOrEqual: Kernel = (out, a, aMask, b, bMask) => {
  for (let k = 0; k < out.length; k++) out[k] = (a[k & aMask] as number) <= (b[k & bMask] as number) ? 1 : 0;
};

const oneFloat = new Float32Array(1);
const oneInteger = new Int32Array(1);

/** A number as values of one element, valid until the next call: no allocation. */
function single(value: number, dtype: DType): Values {
  const values = dtype === "float32" ? oneFloat : oneInteger;
  values[0] = value;
  return values;
}

/** int32 with int32 or with a whole number stays int32; anything else is float32. */
export function commonDType(a: Tensor, b: Tensor | number): DType {
  if (a.dtype === "float32") return "float32";
  if (typeof b !== "object") return isInt32(b) ? "int32" : "float32";
  return b.dtype;
}

function apply(kernel: Kernel, a: Values, aShape: Shape, b: Values, bShape: Shape, shape: Shape, dtype: DType): Values {
  const out = newValues(dtype, sizeOf(shape));
  const left = a.length === 1 ? a : broadcastTo(a, aShape, shape);
  const right = b.length === 1 ? b : broadcastTo(b, bShape, shape);
  kernel(out, left, left.length === 1 ? 0 : -1, right, right.length === 1 ? 0 : -1);
  return out;
}

/** The result of a kernel on a tensor and a tensor or a number; not recorded. */
function binary(where: string, kernel: Kernel, a: Tensor, b: Tensor | number, operands: DType, result: DType): Tensor {
  const left = valuesAs(a.storage.values(), operands);
  if (typeof b === "number") return makeTensor(apply(kernel, left, a.shape, single(b, operands), [], a.shape, result), a.shape);
  if (!isTensor(b)) throw new DTypeError(complaint(where, "other", "a tensor or a number", show(b)));
  const shape = broadcastShapes(where, a.shape, b.shape);
  return makeTensor(apply(kernel, left, a.shape, valuesAs(b.storage.values(), operands), b.shape, shape, result), shape);
}

/** Gives input `index` the gradient, summed over what was broadcast. */
function giveSummed(node: Node, index: number, gradient: Gradient, from: Shape, to: Shape): void {
  node.give(index, sumTo(gradient, from, to));
}

type Scale = { readonly alpha?: number } | undefined;

/** alpha · b */
function times(where: string, b: Tensor | number, options: Scale): Tensor | number {
  if (options === undefined) return b;
  const alpha = checkNumber(where, "alpha", checkOptions(where, options, { alpha: 1 }).alpha);
  if (alpha === 1) return b;
  return typeof b === "number" ? b * alpha : mul(where, b, alpha);
}

/** a + alpha · b */
export function add(where: string, a: Tensor, other: Tensor | number, options?: Scale): Tensor {
  const b = times(where, other, options);
  const dtype = commonDType(a, b);
  const result = binary(where, sum, a, b, dtype, dtype);
  if (typeof b === "number") {
    return mustRecord(a) ? record(result, { name: "add", inputs: [a] }, (gradient, node) => node.give(0, gradient)) : result;
  }
  if (!mustRecord(a, b)) return result;
  const [aShape, bShape, shape] = [a.shape, b.shape, result.shape];
  return record(result, { name: "add", inputs: [a, b] }, (gradient, node) => {
    if (node.wants(0)) giveSummed(node, 0, gradient, shape, aShape);
    if (node.wants(1)) giveSummed(node, 1, gradient, shape, bShape);
  });
}

/** a − alpha · b */
export function sub(where: string, a: Tensor, other: Tensor | number, options?: Scale): Tensor {
  const b = times(where, other, options);
  const dtype = commonDType(a, b);
  const result = binary(where, difference, a, b, dtype, dtype);
  if (typeof b === "number") {
    return mustRecord(a) ? record(result, { name: "sub", inputs: [a] }, (gradient, node) => node.give(0, gradient)) : result;
  }
  if (!mustRecord(a, b)) return result;
  const [aShape, bShape, shape] = [a.shape, b.shape, result.shape];
  return record(result, { name: "sub", inputs: [a, b] }, (gradient, node) => {
    if (node.wants(0)) giveSummed(node, 0, gradient, shape, aShape);
    if (node.wants(1)) giveSummed(node, 1, scaled(gradient, -1), shape, bShape);
  });
}

/** a ⊙ b */
export function mul(where: string, a: Tensor, b: Tensor | number): Tensor {
  const dtype = commonDType(a, b);
  const result = binary(where, dtype === "int32" ? integerProduct : product, a, b, dtype, dtype);
  if (typeof b === "number") {
    if (!mustRecord(a)) return result;
    return record(result, { name: "mul", inputs: [a] }, (gradient, node) => node.give(0, scaled(gradient, b)));
  }
  if (!mustRecord(a, b)) return result;
  const shape = result.shape;
  return record(result, { name: "mul", inputs: [a, b], saved: [a, b] }, (gradient, node) => {
    if (node.wants(0)) giveSummed(node, 0, combine(product, gradient, shape, b), shape, a.shape);
    if (node.wants(1)) giveSummed(node, 1, combine(product, gradient, shape, a), shape, b.shape);
  });
}

/** a ⊘ b, in floats also for integers */
export function div(where: string, a: Tensor, b: Tensor | number): Tensor {
  const result = binary(where, quotient, a, b, "float32", "float32");
  if (typeof b === "number") {
    if (!mustRecord(a)) return result;
    return record(result, { name: "div", inputs: [a] }, (gradient, node) => {
      const out = newFloats(gradient.length);
      quotient(out, gradient, -1, single(b, "float32"), 0);
      node.give(0, out);
    });
  }
  if (!mustRecord(a, b)) return result;
  const shape = result.shape;
  return record(result, { name: "div", inputs: [a, b], saved: [a, b] }, (gradient, node) => {
    const overB = combine(quotient, gradient, shape, b);
    if (node.wants(0)) giveSummed(node, 0, overB, shape, a.shape);
    if (node.wants(1)) {
      const out = apply(quotient, floatsOf(a), a.shape, floatsOf(b), b.shape, shape, "float32");
      for (let k = 0; k < out.length; k++) out[k] = -(overB[k] as number) * (out[k] as number);
      giveSummed(node, 1, out as Float32Array, shape, b.shape);
    }
  });
}

function combine(kernel: Kernel, gradient: Float32Array, shape: Shape, other: Tensor): Float32Array {
  return apply(kernel, gradient, shape, floatsOf(other), other.shape, shape, "float32") as Float32Array;
}

/** gradient · factor */
export function scaled(gradient: Gradient, factor: number): Float32Array {
  const out = newFloats(gradient.length);
  product(out, gradient, -1, single(factor, "float32"), 0);
  return out;
}

/** The values as another dtype. Only between floats, that is not at all, there is a gradient. */
export function convert(where: string, x: Tensor, dtype: DType): Tensor {
  checkOneOf(where, "dtype", dtype, ["float32", "int32"]);
  return x.dtype === dtype ? x : makeTensor(valuesAs(x.storage.values(), dtype), x.shape);
}

type Comparison = (where: string, a: Tensor, b: Tensor | number) => Tensor;

function comparison(kernel: Kernel): Comparison {
  return (where, a, b) => binary(where, kernel, a, b, commonDType(a, b), "int32");
}

function swapped(kernel: Kernel): Kernel {
  return (out, a, aMask, b, bMask) => kernel(out, b, bMask, a, aMask);
}

/** Comparisons give int32 masks of 0 and 1, and have no gradient. */
export const eq: Comparison = comparison(equal);
export const ne: Comparison = comparison(unequal);
export const lt: Comparison = comparison(less);
export const le: Comparison = comparison(lessOrEqual);
export const gt: Comparison = comparison(swapped(less));
export const ge: Comparison = comparison(swapped(lessOrEqual));
