import { complaint, InternalError } from "../errors.js";
import type { Arena } from "./arena.js";
import { savedBytesBudget } from "./core.js";
import { copyOut, heapF32, releaseBytes, tryAllocate } from "./memory.js";

/** What keeps a slot taken: as long as anyone holds it, the slot is not given to another. */
type Token = object;

interface Slot {
  readonly pointer: number;
  readonly capacity: number;
  /** Tells when a graph was dropped without backward. Made once: a WeakRef that is made or read keeps its target until the job ends. */
  readonly token: WeakRef<Token>;
}

interface FreeSlot {
  readonly slot: Slot;
  readonly token: Token;
}

function newSlot(pointer: number, capacity: number): FreeSlot {
  const token: Token = {};
  return { slot: { pointer, capacity, token: new WeakRef(token) }, token };
}

/** More slots than this, out while others come back, are taken for forgotten, where nothing else was said. */
const MANY = 8;

function roundUp(bytes: number): number {
  return Math.ceil(Math.max(bytes, 1) / 256) * 256;
}

/**
 * Memory for what only backward needs: activated gates, cell states.
 *
 * It is core memory where a slot is free; else it overflows into an array that only its `Saved` holds. Slots are made for what has proved to be
 * needed: when the backward of an overflow has run, a slot of its size is added for the next time, as long as the budget has room. So a training
 * loop works in the core from its second step on, and a loop that forgets both `noGrad` and `backward` never takes any of it.
 *
 * A slot comes back with `Saved.release()` after backward, or, when another is asked for, once its graph was collected without one.
 */
export class SavedBlocks {
  readonly #budget: () => number;
  readonly #many: number;
  #taken: Slot[] = [];
  #free: FreeSlot[] = [];
  #bytes = 0;
  /** Overflows until the next search for dropped slots: one that found nothing costs as much as there are slots. */
  #patience = 0;

  constructor(budget: () => number, many: number = MANY) {
    this.#budget = budget;
    this.#many = many;
  }

  /** How much core memory the slots hold, taken or free. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room for `bytes`; it is the caller's until `release()`, or until the result is no longer reachable. */
  save(bytes: number): Saved {
    const need = roundUp(bytes);
    return new Saved(this, bytes, this.#reuse(need) ?? (this.#reclaim() ? this.#reuse(need) : undefined));
  }

  /** @internal Called by `Saved.release`. */
  giveBack(free: FreeSlot): void {
    this.#taken.splice(this.#taken.lastIndexOf(free.slot), 1);
    this.#free.push(free);
  }

  #reuse(need: number): FreeSlot | undefined {
    const index = this.#free.findLastIndex(({ slot }) => slot.capacity >= need && slot.capacity <= 2 * need);
    if (index < 0) return undefined;
    const [free] = this.#free.splice(index, 1) as [FreeSlot];
    this.#taken.push(free.slot);
    return free;
  }

  /**
   * @internal Called when the backward of what found no slot has run: a slot of its size, if the budget has room, at need in place of free ones that did
   * not fit. None while many are out: their graphs were probably forgotten, between steps of training, in a loop that does not yield.
   */
  addSlot(bytes: number): void {
    if (this.#taken.length >= this.#many) return;
    const need = roundUp(bytes);
    const free = this.#free.reduce((sum, { slot }) => sum + slot.capacity, 0);
    if (this.#bytes - free + need > this.#budget()) return;
    while (this.#bytes + need > this.#budget()) this.#drop((this.#free.shift() as FreeSlot).slot);
    const pointer = tryAllocate(need);
    if (pointer === 0) return;
    this.#bytes += need;
    this.#free.push(newSlot(pointer, need));
  }

  #drop(slot: Slot): void {
    releaseBytes(slot.pointer, slot.capacity);
    this.#bytes -= slot.capacity;
  }

  /** Frees the slots whose graphs were collected; whether there were any. */
  #reclaim(): boolean {
    if (this.#patience-- > 0) return false;
    const held: Slot[] = [];
    for (const slot of this.#taken) {
      if (slot.token.deref() !== undefined) held.push(slot);
      else this.#free.push(newSlot(slot.pointer, slot.capacity));
    }
    const found = held.length < this.#taken.length;
    this.#patience = found ? 0 : held.length;
    this.#taken = held;
    return found;
  }
}

/** Room for what one operation saves for backward. */
export class Saved {
  readonly #blocks: SavedBlocks;
  readonly #bytes: number;
  #slot: FreeSlot | undefined;
  /** The bytes of an overflow, between `close` and the next `open`. */
  #overflow: Float32Array | undefined;
  #opened = 0;
  #released = false;

  /** Use {@link SavedBlocks.save}. */
  constructor(blocks: SavedBlocks, bytes: number, slot: FreeSlot | undefined) {
    this.#blocks = blocks;
    this.#bytes = bytes;
    this.#slot = slot;
  }

  /** Where the bytes lie in the core; 0 if there was no slot, or after `release`. */
  get pointer(): number {
    return this.#slot?.slot.pointer ?? 0;
  }

  /** Whether the bytes lie outside the core. */
  get overflowed(): boolean {
    return this.#slot === undefined;
  }

  /**
   * Where the bytes lie until `arena` ends: what was there at the last `close`. An overflow is a copy in the arena, so that only what is written
   * before `close` is kept.
   */
  open(arena: Arena): number {
    if (this.#released) throw new InternalError(complaint("Saved.open", "the block", "held", "a released one"));
    if (this.#slot !== undefined) return this.#slot.slot.pointer;
    this.#opened = this.#overflow === undefined ? arena.f32(this.#count) : arena.put(this.#overflow);
    return this.#opened;
  }

  /** Keeps what was written since `open`, for a later `open`. Needed after forward; not after a backward that is the last. */
  close(): void {
    if (this.#slot !== undefined || this.#released) return;
    this.#overflow = copyOut(heapF32(), this.#opened, this.#count);
  }

  /** Gives the room back. A second call does nothing. */
  release(): void {
    this.#released = true;
    if (this.#slot !== undefined) this.#blocks.giveBack(this.#slot);
    else if (this.#overflow !== undefined) this.#blocks.addSlot(this.#bytes);
    this.#slot = undefined;
    this.#overflow = undefined;
  }

  get #count(): number {
    return Math.ceil(this.#bytes / 4);
  }
}

/** The one pool of the process, within the budget that `init` set. */
export const savedBlocks: SavedBlocks = new SavedBlocks(savedBytesBudget);
