import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withoutCustomSections } from "../../scripts/lib/sections.mjs";

/** A module of nothing but a custom section of `size` bytes and, if told so, a memory behind it. */
function moduleWith(size: number, withMemory: boolean): Uint8Array<ArrayBuffer> {
  const name = [1, "x".charCodeAt(0)];
  const total = name.length + size;
  const length = total < 128 ? [total] : [(total % 128) + 128, Math.floor(total / 128)];
  const memory = withMemory ? [5, 3, 1, 0, 7] : [];
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...length, ...name, ...new Array<number>(size).fill(5), ...memory]);
}

test.each([0, 100, 3000])("a custom section of %i bytes goes, and what is behind it stays", (size) => {
  expect([...withoutCustomSections(moduleWith(size, true))]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 7]);
  expect(withoutCustomSections(moduleWith(size, false))).toHaveLength(8);
});

test("a core without them has the same imports and exports", () => {
  const bytes = readFileSync(new URL("../../ts/wasm/core.wasm", import.meta.url));
  const [whole, shipped] = [new WebAssembly.Module(bytes), new WebAssembly.Module(withoutCustomSections(bytes))];
  expect(WebAssembly.Module.customSections(whole, "name")).toHaveLength(1);
  expect(WebAssembly.Module.customSections(shipped, "name")).toEqual([]);
  expect(WebAssembly.Module.exports(shipped)).toEqual(WebAssembly.Module.exports(whole));
  expect(WebAssembly.Module.imports(shipped)).toEqual(WebAssembly.Module.imports(whole));
});
