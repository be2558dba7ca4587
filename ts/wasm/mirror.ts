import { savedBytesBudget } from "./core.js";
import { heapF32, heapI32 } from "./memory.js";
import { type Saved, SavedBlocks } from "./saved.js";

/** Less than this is copied in a moment, and more quickly than room is found for it. */
const WORTHWHILE = 4096;

/** More mirrors than this, out while others come back, are taken for forgotten. */
const MANY = 32;

/** As much again as a quarter of the budget for what backward needs: a mirror only spares a copy. */
const blocks = new SavedBlocks(() => savedBytesBudget() / 4, MANY);

/**
 * A copy in the core of values that lie in an array, for kernels that read them later: from a layer's forward to the next one's, and to backward.
 *
 * Room for it is found as for what is saved, where a backward has proved the need; without room there is no mirror, and whoever reads the values
 * copies them.
 */
export class Mirror {
  readonly #bytes: number;
  #saved: Saved | undefined;
  #pointer = 0;

  /** Room for `count` values, to be filled by the caller; undefined if so few are not worth it. */
  static room(count: number): Mirror | undefined {
    return count < WORTHWHILE ? undefined : new Mirror(4 * count);
  }

  /** The values, copied. */
  static of(values: Float32Array | Int32Array): Mirror | undefined {
    const mirror = Mirror.room(values.length);
    if (mirror === undefined || mirror.pointer === 0) return mirror;
    const heap = values instanceof Float32Array ? heapF32() : heapI32();
    heap.set(values, mirror.pointer >>> 2);
    return mirror;
  }

  private constructor(bytes: number) {
    this.#bytes = bytes;
    this.#saved = blocks.save(bytes);
    this.#pointer = this.#saved.pointer;
  }

  /** Where the copy lies; 0 if there was no room, or after `release`. */
  get pointer(): number {
    return this.#pointer;
  }

  /** Gives the room back: called when backward has run. */
  release(): void {
    if (this.#saved === undefined) return;
    this.#saved.release();
    if (this.#pointer === 0) blocks.addSlot(this.#bytes);
    this.#saved = undefined;
    this.#pointer = 0;
  }
}
