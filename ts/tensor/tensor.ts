import { runBackward } from "../autograd/engine.js";
import { addTo, type Node } from "../autograd/node.js";
import { COPY, TENSOR } from "../copies.js";
import { complaint, DTypeError, ShapeError, showShape, UnrolledError } from "../errors.js";
import { checkBoolean, checkOptions } from "../options.js";
import { core } from "../wasm/core.js";
import * as arithmetic from "./arithmetic.js";
import { type CloseOptions, isClose } from "./close.js";
import { requireFloat32, requireTensor } from "./convert.js";
import { copyValues, type DType, newFloats, type Values } from "./dtype.js";
import * as extremes from "./extremes.js";
import * as indexing from "./indexing.js";
import * as inPlace from "./inplace.js";
import { type DimOption, dimOf } from "./join.js";
import * as layout from "./layout.js";
import { matmul } from "./matmul.js";
import * as moments from "./moments.js";
import { pow } from "./pow.js";
import { printTensor } from "./print.js";
import * as reduce from "./reduce.js";
import { checkReduction, type Dims, type ReduceOptions } from "./reduction.js";
import { type MultinomialOptions, multinomial } from "./sample.js";
import { type Shape, sameShape } from "./shape.js";
import { logSoftmax, softmax } from "./softmax.js";
import { Storage } from "./storage.js";
import * as unary from "./unary.js";
import * as views from "./views.js";

/** Numbers in arrays in arrays, as many levels as the tensor has dimensions. */
export type NestedNumbers = number | NestedNumbers[];

/**
 * An array of numbers of any shape, that remembers how it was computed, so that `backward()` finds gradients.
 *
 * Made by `tensor`, `zeros`, `randn` and their like. Values lie in row-major order. Nobody needs to free it.
 */
// One class, and so one file, longer than others: it holds no arithmetic, each method says what it does and calls the file that does it.
export class Tensor {
  /** A literal, because minifiers rename classes. */
  static readonly name: string = "Tensor";

  /** The size in each dimension; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** @internal */
  readonly storage: Storage;
  /** @internal What computed it, if that was recorded; null for leaves. */
  node: Node | null = null;
  /** @internal Which output of `node` it is. */
  port = 0;
  /** @internal The operation whose result this is a copy of, where PyTorch has a view: it cannot be written in place. */
  copiedBy: string | null = null;
  #isLeafWithGrad = false;
  #retainsGrad = false;
  #grad: Tensor | null = null;

  /** Use `tensor(values)`. */
  protected constructor(storage: Storage, shape: Shape) {
    core(); // a tensor fixes the core in use, and there must be one
    this.storage = storage;
    this.shape = shape;
  }

  /** @internal A tensor of values that it shares with whoever else has `storage`. */
  static of(storage: Storage, shape: Shape): Tensor {
    return new Tensor(storage, shape);
  }

  /** "float32" or "int32". */
  get dtype(): DType {
    return this.storage.dtype;
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  numel(): number {
    return this.storage.length;
  }

  /** Whether `backward` computes a gradient through or for this tensor. It can be set on leaves: tensors that were not computed. */
  get requiresGrad(): boolean {
    return this.node !== null || this.#isLeafWithGrad;
  }

  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }

  /** Sets `requiresGrad`, and returns the tensor. */
  requiresGrad_(requiresGrad = true): this {
    const where = "Tensor.requiresGrad_";
    checkBoolean(where, "requiresGrad", requiresGrad);
    if (this.node !== null && !requiresGrad) {
      throw new UnrolledError(complaint(where, "the tensor", "a leaf", `the result of ${this.node.name}`, "use detach() to cut it off"));
    }
    if (requiresGrad && this.dtype !== "float32") throw new DTypeError(complaint(where, "the tensor", "float32", this.dtype));
    this.#isLeafWithGrad = requiresGrad;
    return this;
  }

  /** The gradient that backward has summed up so far; null for tensors that got none. Only leaves get one, unless `retainGrad()` was called. */
  get grad(): Tensor | null {
    return this.#grad;
  }

  set grad(value: Tensor | null) {
    if (value !== null) this.checkGrad("Tensor.grad", value);
    this.#grad = value;
  }

  /** @internal Throws unless `value` can be the gradient of this tensor; its values. */
  checkGrad(where: string, value: Tensor): Float32Array {
    const { shape, storage } = requireTensor(where, "grad", value);
    if (!sameShape(shape, this.shape)) throw new ShapeError(complaint(where, "grad", showShape(this.shape), showShape(shape)));
    if (storage === this.storage) {
      throw new UnrolledError(complaint(where, "grad", "a tensor of its own", "one with the same values", "clone() it"));
    }
    return requireFloat32(where, "grad", value);
  }

  /** Lets a tensor that is no leaf keep its gradient in `grad`, too. */
  retainGrad(): void {
    if (!this.requiresGrad) {
      throw new UnrolledError(complaint("Tensor.retainGrad", "the tensor", "one that requires a gradient", "one that does not"));
    }
    if (this.node === null || this.#retainsGrad) return;
    this.#retainsGrad = true;
    this.node.retain(this.port, this);
  }

  /**
   * Computes the gradients of everything this tensor was computed from, and adds them to `grad` there.
   *
   * @param gradient the gradient of this tensor, of its shape; may be left out for a scalar: 1
   * @param options.retainGraph keep what backward needs, so that it can run again @default false
   */
  backward(gradient?: Tensor, options?: { readonly retainGraph?: boolean }): void {
    const { retainGraph } = checkOptions("Tensor.backward", options, { retainGraph: false });
    runBackward(this, gradient, checkBoolean("Tensor.backward", "retainGraph", retainGraph));
  }

  /** @internal Adds to `grad`. */
  accumulateGrad(gradient: Float32Array): void {
    if (this.#grad === null) {
      this.#grad = makeTensor(newFloats(gradient), this.shape);
    } else {
      addTo(this.#grad.storage.values() as Float32Array, gradient);
      this.#grad.storage.version++;
    }
  }

  /** @internal Where kernels may add to the gradient; 0 if it does not lie in the core. */
  accumulatePointer(): number {
    return 0;
  }

  /** A copy of the values, in row-major order: writing to it changes nothing. */
  get data(): Float32Array | Int32Array {
    return copyValues(this.storage.values());
  }

  /** The value of a tensor of one element. */
  item(): number {
    if (this.storage.length === 1) return this.storage.values()[0]!;
    throw new ShapeError(complaint("Tensor.item", "the tensor", "of one element", `shape ${showShape(this.shape)}`));
  }

  /** The values as nested arrays; a number for a scalar. */
  toArray(): NestedNumbers {
    let level: NestedNumbers[] = Array.from(this.storage.values());
    if (this.shape.length === 0) return level[0]!;
    for (let axis = this.shape.length - 1; axis > 0; axis--) {
      const size = this.shape[axis]!;
      const count = this.shape.slice(0, axis).reduce((product, n) => product * n, 1);
      level = Array.from({ length: count }, (_, index) => level.slice(index * size, (index + 1) * size));
    }
    return level;
  }

  /** The same values, shared, without what computed them: no gradient flows back. */
  detach(): Tensor {
    const result = new Tensor(this.storage, this.shape);
    result.copiedBy = this.copiedBy;
    return result;
  }

  /** A copy of the values; the gradient flows back. */
  clone(): Tensor {
    return inPlace.clone(this);
  }

  /** The values as another dtype; the tensor itself if it has that. Floats are cut towards zero. Only float32 has a gradient. */
  to(dtype: DType): Tensor {
    return arithmetic.convert("Tensor.to", this, dtype);
  }

  /**
   * Gives memory in the core back now, which otherwise happens when the tensor is collected. The values stay readable.
   *
   * A parameter's `grad` stays where it is: its memory is the parameter's.
   */
  dispose(): void {
    this.storage.release();
  }

  /**
   * this + alpha · other, broadcast.
   *
   * DIFFERS: here as everywhere, a whole number is an integer: an int32 tensor plus 2 is int32, plus 0.5 float32.
   *
   * @param options.alpha @default 1
   */
  add(other: Tensor | number, options?: { readonly alpha?: number }): Tensor {
    return arithmetic.add("Tensor.add", this, other, options);
  }

  /**
   * this − alpha · other, broadcast.
   *
   * @param options.alpha @default 1
   */
  sub(other: Tensor | number, options?: { readonly alpha?: number }): Tensor {
    return arithmetic.sub("Tensor.sub", this, other, options);
  }

  /** this ⊙ other, broadcast. */
  mul(other: Tensor | number): Tensor {
    return arithmetic.mul("Tensor.mul", this, other);
  }

  /** this ⊘ other, broadcast; float32 also for integers. */
  div(other: Tensor | number): Tensor {
    return arithmetic.div("Tensor.div", this, other);
  }

  /**
   * Copies the values of `source`, broadcast, into this tensor.
   *
   * DIFFERS: in-place methods are never recorded; with tensors that require a gradient they work inside `noGrad` only.
   */
  copy_(source: Tensor): this {
    inPlace.copy("Tensor.copy_", this, source);
    return this;
  }

  /** Sets all values to `value`. */
  fill_(value: number): this {
    inPlace.fill("Tensor.fill_", this, value);
    return this;
  }

  /** Sets all values to 0. */
  zero_(): this {
    inPlace.fill("Tensor.zero_", this, 0);
    return this;
  }

  /**
   * Adds alpha · other, broadcast to this shape.
   *
   * @param options.alpha @default 1
   */
  add_(other: Tensor | number, options?: { readonly alpha?: number }): this {
    inPlace.write("Tensor.add_", this, other, (target) => arithmetic.add("Tensor.add_", target, other, options));
    return this;
  }

  /** Multiplies by other, broadcast to this shape. */
  mul_(other: Tensor | number): this {
    inPlace.write("Tensor.mul_", this, other, (target) => arithmetic.mul("Tensor.mul_", target, other));
    return this;
  }

  /** 1 where this = other, else 0, as int32; broadcast. */
  eq(other: Tensor | number): Tensor {
    return arithmetic.eq("Tensor.eq", this, other);
  }

  /** 1 where this ≠ other. */
  ne(other: Tensor | number): Tensor {
    return arithmetic.ne("Tensor.ne", this, other);
  }

  /** 1 where this < other. */
  lt(other: Tensor | number): Tensor {
    return arithmetic.lt("Tensor.lt", this, other);
  }

  /** 1 where this ≤ other. */
  le(other: Tensor | number): Tensor {
    return arithmetic.le("Tensor.le", this, other);
  }

  /** 1 where this > other. */
  gt(other: Tensor | number): Tensor {
    return arithmetic.gt("Tensor.gt", this, other);
  }

  /** 1 where this ≥ other. */
  ge(other: Tensor | number): Tensor {
    return arithmetic.ge("Tensor.ge", this, other);
  }

  /** −this */
  neg(): Tensor {
    return unary.neg(this);
  }

  /** |this| */
  abs(): Tensor {
    return unary.abs(this);
  }

  /** √this */
  sqrt(): Tensor {
    return unary.sqrt(this);
  }

  /** e to the power of this. */
  exp(): Tensor {
    return unary.exp(this);
  }

  /** The natural logarithm. */
  log(): Tensor {
    return unary.log(this);
  }

  /** this to the power of `exponent`, broadcast; whole numbers to powers ≥ 0 stay int32. */
  pow(exponent: Tensor | number): Tensor {
    return pow("Tensor.pow", this, exponent);
  }

  /**
   * The values, but those below `min` raised to it and those above `max` lowered to it; NaN stays NaN.
   *
   * @param options at least one of the bounds
   */
  clamp(options: { readonly min?: number; readonly max?: number }): Tensor {
    return unary.clamp("Tensor.clamp", this, options);
  }

  /** The hyperbolic tangent. */
  tanh(): Tensor {
    return unary.tanh(this);
  }

  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return unary.sigmoid(this);
  }

  /** max(x, 0) */
  relu(): Tensor {
    return unary.relu(this);
  }

  /** x · Φ(x), with the distribution function Φ of the normal distribution (Hendrycks, Gimpel 2016), not approximated. */
  gelu(): Tensor {
    return unary.gelu(this);
  }

  /** x · σ(x) */
  silu(): Tensor {
    return unary.silu(this);
  }

  /** eˣ / Σ eˣ along `dim`. */
  softmax(dim: number): Tensor {
    return softmax("Tensor.softmax", this, dim);
  }

  /** ln(softmax(dim)), computed without the detour. */
  logSoftmax(dim: number): Tensor {
    return logSoftmax("Tensor.logSoftmax", this, dim);
  }

  /** The product of matrices `[…, m, k]·[…, k, n]`; stacks of them are broadcast, a vector is a row on the left and a column on the right. */
  matmul(other: Tensor): Tensor {
    return matmul("Tensor.matmul", this, other);
  }

  /** The sum, over all or over `dim`; in doubles, in the order of the indices, rounded once. int32 for integers, if that holds it. */
  sum(options?: ReduceOptions): Tensor;
  sum(dim: Dims, options?: ReduceOptions): Tensor;
  sum(first?: Dims | ReduceOptions, second?: ReduceOptions): Tensor {
    return reduce.sum(this, checkReduction("Tensor.sum", this.shape, first, second));
  }

  /** The mean, over all or over `dim`. */
  mean(options?: ReduceOptions): Tensor;
  mean(dim: Dims, options?: ReduceOptions): Tensor;
  mean(first?: Dims | ReduceOptions, second?: ReduceOptions): Tensor {
    return reduce.mean("Tensor.mean", this, checkReduction("Tensor.mean", this.shape, first, second));
  }

  /** The standard deviation, over all or over `dim`, with divisor n − correction. */
  std(options?: moments.VarianceOptions): Tensor;
  std(dim: Dims, options?: moments.VarianceOptions): Tensor;
  std(first?: Dims | moments.VarianceOptions, second?: moments.VarianceOptions): Tensor {
    return moments.variance("Tensor.std", this, true, first, second);
  }

  /** The variance, over all or over `dim`, with divisor n − correction. */
  var(options?: moments.VarianceOptions): Tensor;
  var(dim: Dims, options?: moments.VarianceOptions): Tensor;
  var(first?: Dims | moments.VarianceOptions, second?: moments.VarianceOptions): Tensor {
    return moments.variance("Tensor.var", this, false, first, second);
  }

  /** The p-norm, (Σ |x|ᵖ)^(1/p), over all or over `dim`. */
  norm(options?: moments.NormOptions): Tensor;
  norm(p: number, options?: moments.NormOptions): Tensor;
  norm(first?: number | moments.NormOptions, second?: moments.NormOptions): Tensor {
    return moments.norm("Tensor.norm", this, first, second);
  }

  /** The sums of everything up to each element along `dim`. */
  cumsum(dim: number): Tensor {
    return reduce.cumsum("Tensor.cumsum", this, dim);
  }

  /** The largest value; with `dim`, the largest along it and where they were (the first of equal ones). NaN counts as the largest. */
  max(): Tensor;
  max(dim: number, options?: { readonly keepdim?: boolean }): extremes.ValuesAndIndices;
  max(options: { readonly dim: number; readonly keepdim?: boolean }): extremes.ValuesAndIndices;
  max(first?: number | ReduceOptions, second?: ReduceOptions): Tensor | extremes.ValuesAndIndices {
    return extremes.extremesOf("Tensor.max", this, 1, first, second);
  }

  /** The smallest value; with `dim`, the smallest along it and where they were (the first of equal ones). NaN counts as the smallest. */
  min(): Tensor;
  min(dim: number, options?: { readonly keepdim?: boolean }): extremes.ValuesAndIndices;
  min(options: { readonly dim: number; readonly keepdim?: boolean }): extremes.ValuesAndIndices;
  min(first?: number | ReduceOptions, second?: ReduceOptions): Tensor | extremes.ValuesAndIndices {
    return extremes.extremesOf("Tensor.min", this, -1, first, second);
  }

  /** Where the largest value is, the first of equal ones: in the whole, flattened, or along `dim`; int32. */
  argmax(options?: { readonly dim?: number; readonly keepdim?: boolean }): Tensor;
  argmax(dim: number, options?: { readonly keepdim?: boolean }): Tensor;
  argmax(first?: number | ReduceOptions, second?: ReduceOptions): Tensor {
    return extremes.argmax("Tensor.argmax", this, first, second);
  }

  /** The `k` largest values along a dimension, in order, and where they were. */
  topk(k: number, options?: extremes.TopkOptions): extremes.ValuesAndIndices {
    return extremes.topk("Tensor.topk", this, k, options);
  }

  /** Indices drawn with probabilities proportional to the weights in each row: `[C]` → `[numSamples]`, `[N, C]` → `[N, numSamples]`. */
  multinomial(numSamples: number, options?: MultinomialOptions): Tensor {
    return multinomial("Tensor.multinomial", this, numSamples, options);
  }

  /** The same values, shared, in another shape; one size may be −1: what is left over. */
  reshape(shape: Shape): Tensor {
    return views.reshape("Tensor.reshape", this, shape);
  }

  /** The same values, shared, with the dimensions from `startDim` (0) to `endDim` (−1) joined into one. */
  flatten(options?: { readonly startDim?: number; readonly endDim?: number }): Tensor;
  flatten(startDim: number, endDim?: number): Tensor;
  flatten(first?: number | { readonly startDim?: number; readonly endDim?: number }, second?: number): Tensor {
    const given = typeof first === "number" ? { startDim: first, endDim: second } : first;
    const { startDim, endDim } = checkOptions("Tensor.flatten", given, { startDim: 0, endDim: -1 });
    return views.flatten("Tensor.flatten", this, startDim, endDim);
  }

  /** The same values, shared, without the dimensions of size 1: all, or those of `dim` that have it. */
  squeeze(dim?: Dims): Tensor {
    return views.squeeze("Tensor.squeeze", this, dim);
  }

  /** The same values, shared, with a dimension of size 1 inserted at `dim`. */
  unsqueeze(dim: number): Tensor {
    return views.unsqueeze("Tensor.unsqueeze", this, dim);
  }

  /** Two dimensions exchanged. DIFFERS: a copy, as the results of all methods down to `unbind`. */
  transpose(a: number, b: number): Tensor {
    return layout.transpose("Tensor.transpose", this, a, b);
  }

  /** The dimensions in another order. DIFFERS: a copy. */
  permute(dims: readonly number[]): Tensor {
    return layout.permute("Tensor.permute", this, dims);
  }

  /** Dimensions of size 1, and new ones in front, repeated; −1 leaves a size as it is. DIFFERS: a copy. */
  expand(shape: Shape): Tensor {
    return layout.expand("Tensor.expand", this, shape);
  }

  /** `length` indices of a dimension, from `start`, which may count from the end. DIFFERS: a copy. */
  narrow(dim: number, start: number, length: number): Tensor {
    return layout.narrow("Tensor.narrow", this, dim, start, length);
  }

  /** One index of a dimension, which goes away. DIFFERS: a copy. */
  select(dim: number, index: number): Tensor {
    return layout.select("Tensor.select", this, dim, index);
  }

  /** Parts of `splitSize` indices of a dimension (0), the last of what is left; or of the sizes in a list. DIFFERS: copies. */
  split(splitSize: Dims, options?: DimOption): Tensor[] {
    return layout.split("Tensor.split", this, splitSize, dimOf("Tensor.split", options, 0));
  }

  /** At most `chunks` parts of equal size of a dimension (0), the last smaller. DIFFERS: copies. */
  chunk(chunks: number, options?: DimOption): Tensor[] {
    return layout.chunk("Tensor.chunk", this, chunks, dimOf("Tensor.chunk", options, 0));
  }

  /** One tensor for each index of a dimension (0), which goes away. DIFFERS: copies. */
  unbind(options?: DimOption): Tensor[] {
    return layout.unbind("Tensor.unbind", this, dimOf("Tensor.unbind", options, 0));
  }

  /** The indices that `index`, an int32 list, names in dimension `dim`. */
  indexSelect(dim: number, index: Tensor): Tensor {
    return indexing.indexSelect("Tensor.indexSelect", this, dim, index);
  }

  /** Of each lane along `dim` the elements that `index`, an int32 tensor of as many dimensions, names. */
  gather(dim: number, index: Tensor): Tensor {
    return indexing.gather("Tensor.gather", this, dim, index);
  }

  /** The values, but `value` where the int32 mask, broadcast, is not 0. */
  maskedFill(mask: Tensor, value: number): Tensor {
    return indexing.maskedFill("Tensor.maskedFill", this, mask, value);
  }

  /** Whether |this − other| ≤ atol + rtol · |other| everywhere, broadcast. */
  allclose(other: Tensor, options?: CloseOptions): boolean {
    return isClose("Tensor.allclose", this, other, options);
  }

  /** The values as PyTorch prints them, and the shape. */
  toString(): string {
    const notes = [...(this.dtype === "float32" ? [] : ["dtype=int32"]), ...(this.requiresGrad ? ["requiresGrad=true"] : [])];
    return printTensor(this.storage.values(), this.shape, this.dtype, notes);
  }

  static {
    Object.defineProperty(Tensor.prototype, TENSOR, { value: COPY });
    // Not methods, because declarations cannot name these symbols: for `console.log` in Node, and for notebooks of Deno and others.
    Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: Tensor.prototype.toString });
    Object.defineProperty(Tensor.prototype, Symbol.for("Jupyter.display"), {
      value(this: Tensor) {
        return { "text/plain": this.toString() };
      },
    });
  }
}

/** @internal A tensor that takes `values` over: nobody else may write to them after that. */
export function makeTensor(values: Values, shape: Shape): Tensor {
  return Tensor.of(new Storage(values), shape);
}

/** @internal A copy where PyTorch would make a view. */
export function makeCopy(values: Values, shape: Shape, copiedBy: string): Tensor {
  const result = makeTensor(values, shape);
  result.copiedBy = copiedBy;
  return result;
}

/** @internal */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}
