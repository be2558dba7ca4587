import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../../ts/io/utf8.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As in an AudioWorklet. */
function without<T>(names: readonly string[], action: () => T): T {
  for (const name of names) vi.stubGlobal(name, undefined);
  try {
    return action();
  } finally {
    vi.unstubAllGlobals();
  }
}

const bare = {
  decode: (bytes: Uint8Array) => without(["TextDecoder"], () => decodeUtf8(bytes)),
  encode: (text: string) => without(["TextEncoder"], () => encodeUtf8(text)),
};

describe("without TextDecoder and TextEncoder", () => {
  test("any text is encoded as with them, halves of pairs, too", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void expect(bare.encode(text)).toEqual(encodeUtf8(text))));
    for (const text of ["\ud800", "a\udc00b", "\udc00\ud800", "%41", "\ufeffx", "😀", ""])
      expect(bare.encode(text)).toEqual(encodeUtf8(text));
  });

  test("any text is decoded as with them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(bare.decode(encodeUtf8(text))).toBe(text);
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
    expect(bare.decode(encodeUtf8("\ufeff%zz"))).toBe("\ufeff%zz");
  });

  test("bytes that are not UTF-8 are refused as with them", () => {
    const refuses = (decode: (bytes: Uint8Array) => string, bytes: Uint8Array): boolean => {
      try {
        decode(bytes);
        return false;
      } catch {
        return true;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => void expect(refuses(bare.decode, bytes)).toBe(refuses(decodeUtf8, bytes))),
      { numRuns: 2000 },
    );
    for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82]])
      expect(refuses(bare.decode, Uint8Array.from(bytes))).toBe(true);
  });
});
