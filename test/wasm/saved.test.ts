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

/** A pool with free slots of these sizes: each was needed once, and backward has run. */
function pool(budget: number, ...sizes: number[]): SavedBlocks {
  const blocks = new SavedBlocks(() => budget);
  for (const saved of sizes.map((bytes) => write(blocks.save(bytes)))) saved.release();
  return blocks;
}

const place = (saved: Saved) => withArena((arena) => saved.open(arena));

describe("SavedBlocks", () => {
  test("keeps what was written, outside the core first, inside once backward has run", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    for (const outside of [true, false, false]) {
      const a = write(blocks.save(16), 1, 2, 3, 4);
      const b = write(blocks.save(16), 5, 6, 7, 8);
      expect([read(a, 4), read(b, 4), read(a, 4)]).toEqual([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [1, 2, 3, 4],
      ]);
      expect([a.overflowed, b.overflowed]).toEqual([outside, outside]);
      a.release();
      b.release();
    }
  });

  test("takes no core memory for what gets no backward", () => {
    const blocks = new SavedBlocks(() => 2 ** 20);
    for (let count = 0; count < 10; count++) write(blocks.save(1000), count);
    expect(blocks.bytes).toBe(0);
  });

  test("uses a slot again if its size is right", () => {
    const blocks = pool(2 ** 20, 4096);
    const first = blocks.save(4096);
    const start = place(first);
    first.release();
    const second = blocks.save(2100); // at least half
    expect(place(second)).toBe(start);
    second.release();
    expect(blocks.save(1024).overflowed).toBe(true); // too small for it
    expect(blocks.save(5000).overflowed).toBe(true); // too large
  });

  test("a step that repeats makes no new slots", () => {
    const blocks = pool(2 ** 20, 300, 5000, 300);
    const { bytes } = blocks;
    for (let count = 0; count < 50; count++) {
      const saved = [300, 5000, 300].map((size) => blocks.save(size));
      expect(saved.map(({ overflowed }) => overflowed)).toEqual([false, false, false]);
      for (const each of saved.reverse()) each.release();
    }
    expect(blocks.bytes).toBe(bytes);
  });

  test("a second release does nothing, also when another has the slot", () => {
    const blocks = pool(2 ** 20, 1000);
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
    const blocks = pool(1024, 1000, 1000);
    const inside = write(blocks.save(1000), 1, 2, 3);
    const outside = write(blocks.save(1000), 4, 5, 6);
    expect([inside.overflowed, outside.overflowed]).toEqual([false, true]);
    expect([read(outside, 3), read(inside, 3), read(outside, 3)]).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    outside.release();
    expect(blocks.bytes).toBe(1024);
    expect(read(inside, 3)).toEqual([1, 2, 3]);
  });

  test("overflows if the budget is 0", () => {
    const saved = write(pool(0, 8).save(8), 1, 2);
    expect([saved.overflowed, read(saved, 2)]).toEqual([true, [1, 2]]);
  });

  test("gives free slots up for one of another size", () => {
    const blocks = pool(4096, 1024, 1024, 1024);
    expect(blocks.bytes).toBe(3072);
    write(blocks.save(4000), 1).release();
    expect([blocks.bytes, blocks.save(4000).overflowed]).toEqual([4096, false]);
  });

  test("takes back slots whose holders were collected", async () => {
    const blocks = pool(4096, 1024, 1024, 1024, 1024);
    const forget = () => {
      for (let count = 0; count < 4; count++) expect(write(blocks.save(1024), count).overflowed).toBe(false);
    };
    forget();
    expect(blocks.save(1024).overflowed).toBe(true);
    await collect();
    // The search for dropped slots is not made at every overflow.
    const next = Array.from({ length: 8 }, () => blocks.save(1024).overflowed);
    expect(next.filter((overflowed) => !overflowed)).toHaveLength(4);
  });

  test("does not take back slots that are held", async () => {
    const blocks = pool(2048, 1024, 1024);
    const held = [write(blocks.save(1024), 1), write(blocks.save(1024), 2)];
    expect(held.map(({ overflowed }) => overflowed)).toEqual([false, false]);
    await collect();
    for (let count = 0; count < 10; count++) write(blocks.save(1024), 9);
    expect(held.map((saved) => read(saved, 1))).toEqual([[1], [2]]);
  });
});
