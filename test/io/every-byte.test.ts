// Not by chance, as in property.test.ts, but all of them: every byte of a small file changed to every other value, and every end cut off.

import { FormatError, io, tensor } from "unrolled";
import { expect, test } from "vitest";

const { load, metadata, save } = io.safetensors;

const small = save({ w: tensor([1.5, -2]), n: tensor([3], { dtype: "int32" }) }, { metadata: { k: "v" } });

/** Whether it loads; if not, the error must be a FormatError of the usual form. */
function loads(file: Uint8Array): boolean {
  try {
    const dict = load(file);
    const bytes = Object.values(dict).reduce((sum, value) => sum + 4 * value.numel(), 0);
    // U8 is the narrowest dtype: no file makes more of a byte than four.
    if (bytes > 4 * file.length) throw new Error(`${bytes} bytes of tensors from ${file.length}`);
    metadata(file);
    return true;
  } catch (error) {
    if (error instanceof FormatError && /^io\.safetensors\.load: .* must be .*, got /s.test(error.message)) return false;
    throw error;
  }
}

test("every byte of a small file changed to every other value is a FormatError, or loads", () => {
  const file = Uint8Array.from(small);
  const counts = { loaded: 0, refused: 0 };
  const start = performance.now();
  for (const [at, original] of small.entries()) {
    for (let byte = 0; byte < 256; byte++) {
      if (byte === original) continue;
      file[at] = byte;
      counts[loads(file) ? "loaded" : "refused"]++;
    }
    file[at] = original;
  }
  expect(counts.loaded + counts.refused).toBe(255 * small.length);
  // The 12 bytes of the values may be any; names and metadata may be other letters, and spaces at the end tabs and newlines.
  expect(counts.loaded).toBeGreaterThan(12 * 255);
  expect(counts.refused).toBeGreaterThan(counts.loaded);
  expect((performance.now() - start) / (255 * small.length), "ms for a file").toBeLessThan(1);
});

test("a small file cut off anywhere is a FormatError", () => {
  expect(loads(small)).toBe(true);
  for (let length = 0; length < small.length; length++) expect(loads(small.subarray(0, length)), `${length} bytes`).toBe(false);
});

test("every length of the header but the true one is a FormatError", () => {
  const file = Uint8Array.from(small);
  const view = new DataView(file.buffer);
  const length = view.getBigUint64(0, true);
  for (let other = 0n; other < BigInt(small.length) + 20n; other++) {
    if (other === length) continue;
    view.setBigUint64(0, other, true);
    expect(loads(file), `${other}`).toBe(false);
  }
});
