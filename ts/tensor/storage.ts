import { complaint, InternalError } from "../errors.js";
import type { Placeable } from "../wasm/arena.js";
import { allocate, Block, heapF32, heapI32 } from "../wasm/memory.js";
import type { Mirror } from "../wasm/mirror.js";
import { copyValues, type DType, type Values } from "./dtype.js";

/**
 * The values of a tensor, in a typed array or in the core; tensors that are views of one another (`reshape`, `detach`) share one.
 *
 * `version` counts the changes in place, so that backward notices when a value it needs is no longer there.
 */
export class Storage implements Placeable {
  readonly dtype: DType;
  readonly length: number;
  version = 0;
  #host: Values | null;
  #block: Block | null;
  /** Whether the block is another's, who may ask for it with `takeBlock`. */
  #lent: boolean;
  #mirror: Mirror | undefined;
  #mirrored = 0;

  /**
   * Takes over an array, or what a block holds (floats): nobody else may write to it after that.
   *
   * @param lent the block stays another's: `release` does not give it back
   */
  constructor(source: Values | Block, lent = false) {
    const inCore = source instanceof Block;
    this.dtype = source instanceof Int32Array ? "int32" : "float32";
    this.length = inCore ? source.bytes / 4 : source.length;
    this.#host = inCore ? null : source;
    this.#block = inCore ? source : null;
    this.#lent = lent;
  }

  /** Where the values lie in the core; 0 if they do not. */
  get pointer(): number {
    return this.#block === null ? 0 : this.#block.pointer;
  }

  /** Where kernels may read the values in the core: the values themselves, or their mirror; 0 if there is neither. */
  get placed(): number {
    if (this.#block !== null) return this.#block.pointer;
    return this.#mirror !== undefined && this.#mirrored === this.version ? this.#mirror.pointer : 0;
  }

  /** Tells of a copy of the values in the core, as they are now. */
  mirrorIn(mirror: Mirror | undefined): void {
    this.#mirror = mirror;
    this.#mirrored = this.version;
  }

  /** The values themselves, not a copy. If they lie in the core, the array is not to be kept across a call that may grow the memory. */
  values(): Values {
    return this.#host ?? this.#view();
  }

  #view(): Values {
    const start = this.pointer >>> 2;
    const heap = this.dtype === "float32" ? heapF32() : heapI32();
    return heap.subarray(start, start + this.length);
  }

  /** Moves the values into the core, for as long as this storage lives. */
  moveToCore(): void {
    if (this.#host === null) return;
    const block = allocate(4 * this.length);
    const heap = this.dtype === "float32" ? heapF32() : heapI32();
    heap.set(this.#host, block.pointer >>> 2);
    this.#block = block;
    this.#host = null;
  }

  /** Moves the values out of the core, and hands over the block they were in: it still holds them. */
  takeBlock(): Block {
    const block = this.#block;
    if (block === null) throw new InternalError(complaint("Storage.takeBlock", "the values", "in the core", "a typed array"));
    this.#host = copyValues(this.#view());
    this.#block = null;
    this.#lent = false;
    return block;
  }

  /** Moves the values out of the core and gives its memory back, if the values are there and the memory is not another's. */
  release(): void {
    if (this.#block !== null && !this.#lent) this.takeBlock().release();
  }
}
