import { describe, expect, test } from "vitest";
import "unrolled";
import { withArena } from "../../ts/wasm/arena.js";
import { heapF32 } from "../../ts/wasm/memory.js";
import { type Saved, SavedBlocks } from "../../ts/wasm/saved.js";
import { collect } from "./collect.js";

/** Saves four floats as an operation's forward does. */
function write(saved: Saved, ...values: number[]): Saved {
  withArena((arena) => {
    const pointer = saved.open(arena);
    heapF32().set(values, pointer >>> 2);
    saved.close();
  });
  return saved;
}

/** Reads as backward does, with something else in the arena before. */
function read(saved: Saved, count: number): number[] {
  return withArena((arena) => {
    arena.zeros(50);
    return [...arena.takeF32(saved.open(arena), count)];
  });
}

describe("SavedBlocks", () => {
  test("keeps what was written", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    const a = write(blocks.save(16), 1, 2, 3, 4);
    const b = write(blocks.save(16), 5, 6, 7, 8);
    expect([read(a, 4), read(b, 4), read(a, 4)]).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [1, 2, 3, 4],
    ]);
    expect([a.overflowed, b.overflowed]).toEqual([false, false]);
  });

  test("uses a slot again once it was released, if its size is right", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    const pointer = (saved: Saved) => withArena((arena) => saved.open(arena));
    const first = blocks.save(4096);
    const place = pointer(first);
    first.release();
    const second = blocks.save(2100); // at least half
    expect(pointer(second)).toBe(place);
    second.release();
    const third = blocks.save(1024); // too small for it
    expect(pointer(third)).not.toBe(place);
    expect(pointer(blocks.save(5000))).not.toBe(place); // too large
  });

  test("a step that repeats makes no new slots", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    const step = () =>
      [300, 5000, 300]
        .map((bytes) => blocks.save(bytes))
        .reverse()
        .map((saved) => saved.release());
    step();
    const { bytes } = blocks;
    for (let count = 0; count < 50; count++) step();
    expect(blocks.bytes).toBe(bytes);
  });

  test("a second release does nothing, also when another has the slot", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    const first = blocks.save(1000);
    first.release();
    const second = write(blocks.save(1000), 1, 2);
    first.release();
    const third = write(blocks.save(1000), 3, 4);
    expect([read(second, 2), read(third, 2)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => read(first, 2)).toThrow("Saved.open: the block must be held, got a released one");
  });

  test("overflows beyond the budget, with the same values", () => {
    const blocks = new SavedBlocks(() => 1024);
    const inside = write(blocks.save(1000), 1, 2, 3);
    const outside = write(blocks.save(1000), 4, 5, 6);
    expect([inside.overflowed, outside.overflowed]).toEqual([false, true]);
    expect([read(outside, 3), read(inside, 3), read(outside, 3)]).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    outside.release();
    inside.release();
    expect(blocks.save(1000).overflowed).toBe(false);
    expect(blocks.bytes).toBeLessThanOrEqual(1024);
  });

  test("overflows if a budget is 0", () => {
    const saved = write(new SavedBlocks(() => 0).save(8), 1, 2);
    expect([saved.overflowed, read(saved, 2)]).toEqual([true, [1, 2]]);
  });

  test("gives free slots up for one of another size", () => {
    const blocks = new SavedBlocks(() => 4096);
    for (const saved of [blocks.save(1024), blocks.save(1024), blocks.save(1024)]) saved.release();
    expect(blocks.save(4000).overflowed).toBe(false);
    expect(blocks.bytes).toBe(4096);
  });

  test("takes back slots whose holders were collected", async () => {
    const blocks = new SavedBlocks(() => 4096);
    const forget = () => {
      for (let count = 0; count < 4; count++) write(blocks.save(1024), count);
    };
    forget();
    const held = blocks.save(1024);
    expect(held.overflowed).toBe(true);
    await collect();
    // The search for dropped slots is not made at every overflow.
    const next = Array.from({ length: 8 }, () => blocks.save(1024).overflowed);
    expect(next).toContain(false);
    expect(blocks.bytes).toBeLessThanOrEqual(4096);
  });

  test("does not take back slots that are held", async () => {
    const blocks = new SavedBlocks(() => 2048);
    const held = [write(blocks.save(1024), 1), write(blocks.save(1024), 2)];
    await collect();
    for (let count = 0; count < 10; count++) write(blocks.save(1024), 9);
    expect(held.map((saved) => read(saved, 1))).toEqual([[1], [2]]);
  });
});
