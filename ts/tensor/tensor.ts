import { runBackward } from "../autograd/engine.js";
import { addTo, type Node } from "../autograd/node.js";
import { complaint, DTypeError, ShapeError, showShape, UnrolledError } from "../errors.js";
import { checkBoolean, checkOptions } from "../options.js";
import { core } from "../wasm/core.js";
import * as arithmetic from "./arithmetic.js";
import type { DType, Values } from "./dtype.js";
import * as inPlace from "./inplace.js";
import type { Shape } from "./shape.js";
import { Storage } from "./storage.js";

/** Numbers in arrays in arrays, as many levels as the tensor has dimensions. */
export type NestedNumbers = number | NestedNumbers[];

/**
 * An array of numbers of any shape, that remembers how it was computed, so that `backward()` finds gradients.
 *
 * Made by `tensor`, `zeros`, `randn` and their like. Values lie in row-major order. Nobody needs to free it.
 */
export class Tensor {
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

  /** @internal Use `tensor(values)`. */
  constructor(storage: Storage, shape: Shape) {
    core(); // a tensor fixes the core in use, and there must be one
    this.storage = storage;
    this.shape = shape;
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
    if (value !== null && value.storage.length !== this.storage.length) {
      throw new ShapeError(complaint("Tensor.grad", "grad", showShape(this.shape), showShape(value.shape)));
    }
    this.#grad = value;
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
      this.#grad = makeTensor(gradient.slice(), this.shape);
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
    return this.storage.values().slice();
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

  /** The values as another dtype; the tensor itself if it has that. Floats are cut towards zero. Only float32 has a gradient. */
  to(dtype: DType): Tensor {
    return arithmetic.convert("Tensor.to", this, dtype);
  }

  /** Gives memory in the core back now, which otherwise happens when the tensor is collected. The values stay readable. */
  dispose(): void {
    if (this.storage.pointer !== 0) this.storage.takeBlock().release();
  }

  /**
   * this + alpha · other, broadcast.
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

  /** Copies the values of `source`, broadcast, into this tensor. As every in-place method, on a tensor that requires a gradient only inside `noGrad`. */
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
}

/** @internal A tensor that takes `values` over: nobody else may write to them after that. */
export function makeTensor(values: Values, shape: Shape): Tensor {
  return new Tensor(new Storage(values), shape);
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
