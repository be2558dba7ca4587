import { outOfMemory } from "../errors.js";
import { whenCollected } from "./collected.js";
import { core, coreInUse } from "./core.js";

let floats: Float32Array<ArrayBuffer> = new Float32Array(0);
let ints: Int32Array<ArrayBuffer> = new Int32Array(0);

/** All of the core's memory as floats; index it by `pointer >>> 2`. Not to be kept across a call that may grow the memory. */
export function heapF32(): Float32Array<ArrayBuffer> {
  // A buffer that has grown leaves views of length 0 behind.
  if (floats.length === 0) renewViews();
  return floats;
}

/** The same memory as integers. */
export function heapI32(): Int32Array<ArrayBuffer> {
  if (ints.length === 0) renewViews();
  return ints;
}

function renewViews(): void {
  const buffer = core().memory.buffer as ArrayBuffer;
  floats = new Float32Array(buffer);
  ints = new Int32Array(buffer);
}

/** A copy of `count` elements at `pointer`. */
export function copyOut<V extends Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(heap: V, pointer: number, count: number): V {
  try {
    return heap.slice(pointer >>> 2, (pointer >>> 2) + count) as V;
  } catch (cause) {
    throw outOfMemory("core", `a copy of ${count} elements`, cause);
  }
}

/** A pointer to fresh bytes that are not initialised, or 0. */
export function tryAllocate(bytes: number): number {
  // What does not fit into 32 bits would arrive in the core as another number.
  const pointer = bytes < 2 ** 32 ? core().allocate(bytes) >>> 0 : 0;
  if (pointer !== 0 && heapF32().buffer !== grown) growFurther(bytes);
  return pointer;
}

const SPARE = 64 * 2 ** 20;
/** The memory after its last growth. */
let grown: ArrayBufferLike | undefined;

/**
 * Memory that had to grow grows at once by half its size more, and at least as much as V8 lets garbage pile up between two collections:
 * so it grows a few times in the life of a program, and not whenever blocks come back a little later. Pages that are never touched cost nothing.
 */
function growFurther(bytes: number): void {
  const spare = Math.max(SPARE, bytes, core().memory.buffer.byteLength / 2);
  const pointer = spare < 2 ** 32 ? core().allocate(spare) >>> 0 : 0;
  if (pointer !== 0) core().release(pointer, spare);
  grown = heapF32().buffer;
}

/** A pointer to fresh bytes that are not initialised. */
export function allocateBytes(bytes: number): number {
  const pointer = tryAllocate(bytes);
  if (pointer !== 0) return pointer;
  const size = core().memory.buffer.byteLength;
  throw outOfMemory("core", `${bytes} more bytes`, `a limit reached at ${size} bytes`);
}

/** Gives bytes back; silent when the core has failed, because finalizers call it. */
export function releaseBytes(pointer: number, bytes: number): void {
  coreInUse()?.release(pointer, bytes);
}

interface Held {
  readonly pointer: number;
  readonly bytes: number;
}

const registry = whenCollected<Held>(({ pointer, bytes }) => releaseBytes(pointer, bytes));

/**
 * Memory in the core that lives as long as this object is reachable, or until `release()`.
 *
 * The ballast is an untouched buffer of the same size: V8 counts it, so that it collects dropped blocks as eagerly as if their bytes were its own.
 */
export class Block {
  readonly pointer: number;
  readonly bytes: number;
  #ballast: ArrayBuffer | null;

  /** Use {@link allocate}. */
  constructor(pointer: number, ballast: ArrayBuffer) {
    this.pointer = pointer;
    this.bytes = ballast.byteLength;
    this.#ballast = ballast;
    registry.register(this, { pointer, bytes: this.bytes }, this);
  }

  /** Gives the memory back now; nothing may point to it any more. A second call does nothing. */
  release(): void {
    if (this.#ballast === null) return;
    this.#ballast = null;
    registry.unregister(this);
    releaseBytes(this.pointer, this.bytes);
  }
}

function newBallast(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw outOfMemory("core", `${bytes} more bytes`, cause);
  }
}

/** A block for things that live long: parameters, gradients, optimizer state, packed weights. Not for what one call needs: that is the arena's. */
export function allocate(bytes: number): Block {
  const ballast = newBallast(bytes); // first, so that nothing is lost if it fails
  return new Block(allocateBytes(bytes), ballast);
}
