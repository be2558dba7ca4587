import { checkBoolean, checkOptions } from "../options.js";
import { requireFloat32, requireTensor } from "../tensor/convert.js";
import { Storage } from "../tensor/storage.js";
import { Tensor } from "../tensor/tensor.js";
import { allocate, type Block, heapF32 } from "../wasm/memory.js";
import { noteFirstGradient } from "./held.js";

/**
 * A tensor that a module learns: a leaf that requires a gradient, found by the module as one of its fields.
 *
 * Its values and its gradient lie in the core, where kernels and optimizers update them in place, for as long as the parameter is reachable.
 */
export class Parameter extends Tensor {
  static override readonly name: string = "Parameter";

  /** The gradient's floats, from the first backward on; they mean nothing while `#hasGrad` is false. */
  #gradBlock: Block | null = null;
  #hasGrad = false;
  /** What `grad` has handed out, over the same floats. */
  #gradTensor: Tensor | null = null;

  /**
   * @param data any shape, float32; the parameter and `data` share their values
   * @param options.requiresGrad @default true
   */
  constructor(data: Tensor, options?: { readonly requiresGrad?: boolean }) {
    const where = "nn.Parameter";
    requireTensor(where, "data", data);
    requireFloat32(where, "data", data);
    const { requiresGrad } = checkOptions(where, options, { requiresGrad: true });
    super(data.storage, data.shape);
    data.storage.moveToCore();
    this.requiresGrad = checkBoolean(where, "requiresGrad", requiresGrad);
  }

  /** Where the values lie in the core. Whoever writes there says so with `storage.version++`. */
  get pointer(): number {
    // dispose() moves the values out; they come back with the next use.
    this.storage.moveToCore();
    return this.storage.pointer;
  }

  /** Where the gradient lies in the core, or 0 if there is none. */
  get gradPointer(): number {
    return this.#hasGrad ? (this.#gradBlock as Block).pointer : 0;
  }

  /**
   * The gradient, or null. It follows further backward passes until `zeroGrad`; a tensor kept over that keeps the values it had.
   *
   * DIFFERS: setting it copies the values.
   */
  override get grad(): Tensor | null {
    if (!this.#hasGrad) return null;
    this.#gradTensor ??= Tensor.of(new Storage(this.#gradBlock as Block, true), this.shape);
    return this.#gradTensor;
  }

  override set grad(value: Tensor | null) {
    if (value !== null && value === this.#gradTensor) return;
    const values = value === null ? null : this.checkGrad("nn.Parameter", value).slice();
    this.#dropGrad();
    if (values === null) return;
    const pointer = this.accumulatePointer(); // first, because the memory may grow
    heapF32().set(values, pointer >>> 2);
  }

  #dropGrad(): void {
    // Who kept the gradient keeps its values; the block goes on to the next gradient.
    if (this.#gradTensor !== null) this.#gradBlock = this.#gradTensor.storage.takeBlock();
    this.#gradTensor = null;
    this.#hasGrad = false;
  }

  /** @internal Where a kernel adds to the gradient: zeros if there was none. */
  override accumulatePointer(): number {
    if (this.#gradBlock === null) {
      this.#gradBlock = allocate(4 * this.storage.length);
      noteFirstGradient(this);
    }
    const { pointer } = this.#gradBlock;
    if (!this.#hasGrad) heapF32().fill(0, pointer >>> 2, (pointer >>> 2) + this.storage.length);
    else if (this.#gradTensor !== null) this.#gradTensor.storage.version++;
    this.#hasGrad = true;
    return pointer;
  }

  /** @internal */
  override accumulateGrad(gradient: Float32Array): void {
    const start = this.accumulatePointer() >>> 2;
    const heap = heapF32();
    for (let k = 0; k < gradient.length; k++) heap[start + k] = (heap[start + k] as number) + (gradient[k] as number);
  }

  /** Gives the core's memory back now, which otherwise happens when the parameter is collected. The values stay; the gradient is dropped. */
  override dispose(): void {
    super.dispose();
    this.#dropGrad();
    this.#gradBlock?.release();
    this.#gradBlock = null;
  }
}
