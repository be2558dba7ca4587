import { backend } from "unrolled";
import { describe, expect, test } from "vitest";
import { Storage } from "../../ts/tensor/storage.js";
import { allocate, heapF32 } from "../../ts/wasm/memory.js";
import { collect } from "./collect.js";

const MEBIBYTE = 2 ** 20;

describe("Block", () => {
  test("holds its bytes until it is released", () => {
    const a = allocate(4 * MEBIBYTE);
    heapF32()[a.pointer >>> 2] = 5;
    const b = allocate(4 * MEBIBYTE);
    heapF32().fill(7, b.pointer >>> 2, (b.pointer >>> 2) + MEBIBYTE);
    expect(heapF32()[a.pointer >>> 2]).toBe(5);
    b.release();
    b.release();
    const c = allocate(4 * MEBIBYTE);
    expect(c.pointer).toBe(b.pointer);
    a.release();
    c.release();
  });

  test("is given back when nobody has it any more", async () => {
    const drop = () => {
      for (let count = 0; count < 20; count++) allocate(MEBIBYTE);
    };
    drop();
    await collect();
    const { memoryBytes } = backend();
    for (let round = 0; round < 5; round++) {
      drop();
      await collect();
    }
    expect(backend().memoryBytes).toBe(memoryBytes);
  });

  test("stays as long as a storage has it", async () => {
    const storage = new Storage(new Float32Array(MEBIBYTE).fill(3));
    storage.moveToCore();
    await collect();
    for (let count = 0; count < 4; count++) {
      const other = allocate(4 * MEBIBYTE);
      heapF32().fill(0, other.pointer >>> 2, (other.pointer >>> 2) + MEBIBYTE);
    }
    expect(storage.values().every((value) => value === 3)).toBe(true);
  });

  test("of a storage can go on to another, and its values stay behind", () => {
    const storage = new Storage(new Float32Array([1, 2]));
    storage.moveToCore();
    const block = storage.takeBlock();
    const next = new Storage(block);
    next.values()[0] = 9;
    expect([[...storage.values()], [...next.values()], storage.pointer]).toEqual([[1, 2], [9, 2], 0]);
    expect(() => storage.takeBlock()).toThrow("Storage.takeBlock: the values must be in the core, got a typed array");
  });
});
