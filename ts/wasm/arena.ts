import { allocateBytes, copyOut, heapF32, heapI32, releaseBytes, tryAllocate } from "./memory.js";

/** Values that kernels may read in the core (`placed` is not 0), or that lie in a typed array only. */
export interface Placeable {
  readonly placed: number;
  values(): Float32Array | Int32Array;
}

interface Chunk {
  readonly pointer: number;
  readonly bytes: number;
}

const ALIGNMENT = 16;
const FIRST_CHUNK = 2 ** 18;

/** Scratch memory of the core: what it hands out is valid until the {@link withArena} it was asked in ends. */
export class Arena {
  #chunks: Chunk[] = [];
  #chunk = 0;
  #offset = 0;
  #depth = 0;

  /** `count` floats, not initialised. */
  f32(count: number): number {
    return this.#take(4 * count);
  }

  /** `count` doubles, not initialised. */
  f64(count: number): number {
    return this.#take(8 * count);
  }

  /** `count` integers, not initialised. */
  i32(count: number): number {
    return this.#take(4 * count);
  }

  /** `count` zeros. */
  zeros(count: number): number {
    const pointer = this.#take(4 * count);
    heapF32().fill(0, pointer >>> 2, (pointer >>> 2) + count);
    return pointer;
  }

  /** A copy of the values, which may be a view of the core's memory; such a view is not to be used after that, because the memory may grow. */
  put(values: Float32Array | Int32Array): number {
    const { length, byteOffset } = values;
    const lieInCore = values.buffer === heapF32().buffer;
    const pointer = this.#take(4 * length);
    const heap = values instanceof Float32Array ? heapF32() : heapI32();
    if (lieInCore) heap.copyWithin(pointer >>> 2, byteOffset >>> 2, (byteOffset >>> 2) + length);
    else heap.set(values, pointer >>> 2);
    return pointer;
  }

  /** Where the values lie if that is in the core, else a copy of them: to be read, not to be written. */
  place(source: Placeable): number {
    const { placed } = source;
    return placed !== 0 ? placed : this.put(source.values());
  }

  /** A fresh array of `count` floats at `pointer`. */
  takeF32(pointer: number, count: number): Float32Array<ArrayBuffer> {
    return copyOut(heapF32(), pointer, count);
  }

  /** A fresh array of `count` integers at `pointer`. */
  takeI32(pointer: number, count: number): Int32Array<ArrayBuffer> {
    return copyOut(heapI32(), pointer, count);
  }

  #take(bytes: number): number {
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    for (; this.#chunk < this.#chunks.length; this.#chunk++, this.#offset = 0) {
      const { pointer, bytes: room } = this.#chunks[this.#chunk] as Chunk;
      if (this.#offset + size > room) continue;
      const taken = pointer + this.#offset;
      this.#offset += size;
      return taken;
    }
    return this.#grow(size);
  }

  /** Doubles the arena, by a further chunk: what was handed out stays where it is. */
  #grow(size: number): number {
    const bytes = Math.max(size, FIRST_CHUNK, this.bytes);
    let chunk = { pointer: tryAllocate(bytes), bytes };
    if (chunk.pointer === 0) chunk = { pointer: allocateBytes(size), bytes: size };
    this.#chunks.push(chunk);
    this.#offset = size;
    return chunk.pointer;
  }

  /** How much memory the arena holds. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** Runs `fn`; what it took is free again after that. */
  run<T>(fn: (arena: Arena) => T): T {
    const chunk = this.#chunk;
    const offset = this.#offset;
    this.#depth++;
    try {
      return fn(this);
    } finally {
      this.#chunk = chunk;
      this.#offset = offset;
      this.#depth--;
      if (this.#depth === 0 && this.#chunks.length > 1) this.#join();
    }
  }

  /** One chunk instead of several, so that from now on the same work fits into it. */
  #join(): void {
    const bytes = this.bytes;
    for (const chunk of this.#chunks) releaseBytes(chunk.pointer, chunk.bytes);
    this.#chunks = [];
    const pointer = tryAllocate(bytes);
    if (pointer !== 0) this.#chunks.push({ pointer, bytes });
  }
}

const arena = new Arena();

/**
 * Runs `fn` with the arena; everything taken from it in `fn` is given back at the end, also on throw. Calls may be nested.
 * `fn` must not be async, and must return no pointer of the arena.
 */
export function withArena<T>(fn: (arena: Arena) => T): T {
  return arena.run(fn);
}
