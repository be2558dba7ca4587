import { describe, expect, test } from "vitest";
import "unrolled";
import { OutOfMemoryError } from "unrolled";
import { Storage } from "../../ts/tensor/storage.js";
import { Arena, withArena } from "../../ts/wasm/arena.js";
import { heapF32, heapI32 } from "../../ts/wasm/memory.js";

const floats = (...values: number[]) => new Float32Array(values);

describe("Arena", () => {
  test("copies in and out", () => {
    withArena((arena) => {
      const a = arena.put(floats(1.5, 2.5, 3.5));
      const b = arena.put(new Int32Array([-1, 7]));
      expect([a % 16, b % 16]).toEqual([0, 0]);
      expect(arena.takeF32(a, 3)).toEqual(floats(1.5, 2.5, 3.5));
      expect(arena.takeI32(b, 2)).toEqual(new Int32Array([-1, 7]));
      const taken = arena.takeF32(a, 2);
      heapF32()[a >>> 2] = 9;
      expect(taken[0]).toBe(1.5);
      expect(heapI32()[b >>> 2]).toBe(-1);
    });
  });

  test("zeros are zeros, also where something was", () => {
    const arena = new Arena();
    arena.run(() => {
      const start = arena.f32(8) >>> 2;
      heapF32().fill(3, start, start + 8);
    });
    arena.run(() => expect([...arena.takeF32(arena.zeros(8), 8)]).toEqual(new Array(8).fill(0)));
  });

  test("hands out what does not overlap, and the same again after the end", () => {
    const arena = new Arena();
    const run = () =>
      arena.run(() => {
        const first = arena.f32(5);
        const inner = arena.run(() => [arena.f32(3), arena.i32(9)]);
        const after = arena.f32(3);
        return { first, inner, after };
      });
    const once = run();
    expect(once.inner[0]).toBeGreaterThanOrEqual(once.first + 20);
    expect(once.inner[1]).toBeGreaterThanOrEqual(once.inner[0]! + 12);
    expect(once.after).toBe(once.inner[0]);
    expect(run()).toEqual(once);
  });

  test("gives back also on throw", () => {
    const arena = new Arena();
    const start = arena.run(() => arena.f32(1));
    const fail = () =>
      arena.run(() => {
        arena.f32(100);
        arena.run(() => {
          arena.f32(1000);
          throw new Error("mine");
        });
      });
    expect(fail).toThrow("mine");
    expect(arena.run(() => arena.f32(1))).toBe(start);
  });

  test("grows without moving what it has handed out, and becomes one piece at the end", () => {
    const arena = new Arena();
    arena.run(() => {
      const early = arena.put(floats(1, 2, 3));
      for (let round = 0; round < 6; round++) {
        const large = arena.f32(200_000);
        heapF32().fill(7, large >>> 2, (large >>> 2) + 200_000);
      }
      expect(arena.takeF32(early, 3)).toEqual(floats(1, 2, 3));
      arena.run(() => arena.f32(10));
    });
    const { bytes } = arena;
    expect(bytes).toBeGreaterThan(6 * 800_000);
    const [first, last] = arena.run(() => [arena.f32(3), Array.from({ length: 6 }, () => arena.f32(200_000)).at(-1)!] as const);
    expect(last - first).toBeLessThan(bytes);
    expect(arena.bytes).toBe(bytes);
  });

  test("places values where they are", () => {
    const storage = new Storage(floats(4, 5));
    withArena((arena) => {
      const copy = arena.place(storage);
      expect(arena.takeF32(copy, 2)).toEqual(floats(4, 5));
      storage.moveToCore();
      expect(arena.place(storage)).toBe(storage.pointer);
      expect(storage.pointer).not.toBe(copy);
      expect(storage.values()).toEqual(floats(4, 5));
    });
  });

  test("says that there is no memory, and goes on after that", () => {
    const arena = new Arena();
    const run = () => arena.run(() => arena.f32(2 ** 30));
    expect(run).toThrow(OutOfMemoryError);
    expect(run).toThrow(/^core: memory must be able to hold 4294967296 more bytes, got a limit reached at \d+ bytes$/);
    expect(arena.run(() => arena.takeF32(arena.put(floats(1)), 1))).toEqual(floats(1));
  });
});
