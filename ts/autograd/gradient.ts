import { Arena } from "../wasm/arena.js";
import { copyOut, heapF32 } from "../wasm/memory.js";

/**
 * A gradient that lies in the core until every node that it was given to has run: from one kernel to the next it needs no copy.
 * Whoever is handed one must not write to it.
 */
export class CoreGradient {
  readonly pointer: number;
  readonly length: number;
  #values: Float32Array | undefined;
  /** Nodes that it has arrived at and that have not run. */
  #holders = 0;

  /** Use {@link newCoreGradient}. */
  constructor(pointer: number, length: number) {
    this.pointer = pointer;
    this.length = length;
  }

  /** A copy as an array of its own, made once. */
  values(): Float32Array {
    this.#values ??= copyOut(heapF32(), this.pointer, this.length);
    return this.#values;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders === 0) room.giveBack(this);
  }
}

/** The gradient of one tensor, in its order and size. Whoever is handed one must not write to it: others may hold it too. */
export type Gradient = Float32Array;

/** A gradient, wherever it lies. */
export type AnyGradient = Gradient | CoreGradient;

/** The gradient as an array. */
export function valuesOf(gradient: AnyGradient): Gradient {
  return gradient instanceof CoreGradient ? gradient.values() : gradient;
}

/** Where the gradient lies in the core, or a copy of it there until `arena` ends. */
export function placeGradient(arena: Arena, gradient: AnyGradient): number {
  return gradient instanceof CoreGradient ? gradient.pointer : arena.put(gradient);
}

/** Shorter ones stay where they are until the end: to keep account of them takes longer than their memory is worth. */
const ACCOUNTED = 512;

/** Memory for the gradients of one run of backward: what nobody holds any more is taken again for one of the same length. */
class GradientRoom {
  readonly #arena = new Arena();
  readonly #free = new Map<number, number[]>();

  take(length: number): number {
    const free = length < ACCOUNTED ? undefined : this.#free.get(length);
    return free?.pop() ?? this.#arena.f32(length);
  }

  giveBack({ pointer, length }: CoreGradient): void {
    if (length < ACCOUNTED) return;
    const free = this.#free.get(length);
    if (free === undefined) this.#free.set(length, [pointer]);
    else free.push(pointer);
  }

  /** Runs backward, after which all room is free again. */
  run(backward: () => void): void {
    this.#arena.run(() => {
      try {
        backward();
      } finally {
        if (this.#free.size > 0) this.#free.clear();
      }
    });
  }
}

const room = new GradientRoom();

/** A gradient of `length` floats in the core, not initialised; to be made only while backward runs, and given to `node.give`. */
export function newCoreGradient(length: number): CoreGradient {
  return new CoreGradient(room.take(length), length);
}

/** Runs backward with room for gradients in the core. */
export function withGradients(backward: () => void): void {
  room.run(backward);
}
