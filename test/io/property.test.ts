import fc from "fast-check";
import { FormatError, io, type Tensor } from "unrolled";
import { expect, test } from "vitest";
import { tensorDict } from "./dicts.js";
import { fixture } from "./files.js";

const { load, metadata, save } = io.safetensors;

const texts = fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })), { selector: ([key]) => key });

const describeAll = (dict: Record<string, Tensor>) =>
  Object.entries(dict)
    .map(([key, value]) => [key, value.dtype, value.shape, Array.from(new Uint8Array(value.data.buffer))])
    .sort();

test("what is saved is what is loaded, bit for bit", () => {
  fc.assert(
    fc.property(tensorDict, texts, (dict, entries) => {
      const file = save(dict, { metadata: Object.fromEntries(entries) });
      expect(describeAll(load(file))).toEqual(describeAll(dict));
      expect(metadata(file)).toEqual(Object.fromEntries(entries));
      expect(save(load(file), { metadata: metadata(file) })).toEqual(file);
    }),
    { numRuns: 300 },
  );
});

/** Loads; whatever is wrong must be a FormatError of the usual form. Returns the tensors, if nothing is. */
function loadOrRefuse(file: Uint8Array): Record<string, Tensor> | undefined {
  try {
    return load(file);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(/^io\.safetensors\.load: .* must be .*, got /s);
    return undefined;
  }
}

const originals = ["lstm", "lstm.run", "lstm-half", "dtypes", "names"].map(fixture);
const change = fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('{}[],:"\\ 019'))) });

test("damaged bytes are a FormatError, or other values of the same number", () => {
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      (original, changes, inHeader) => {
        const file = Uint8Array.from(original);
        const length = inHeader ? 8 + Number(new DataView(file.buffer).getBigUint64(0, true)) : file.length;
        for (const { at, byte } of changes) file[at % length] = byte;
        const dict = loadOrRefuse(file);
        if (dict === undefined) refused++;
        else expect(Object.values(dict).reduce((sum, value) => sum + value.numel(), 0)).toBeLessThanOrEqual(file.length);
      },
    ),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

test("a file that is cut, extended, or shifted is a FormatError", () => {
  fc.assert(
    fc.property(fc.constantFrom(...originals), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (original, at, more) => {
      const cut = at % original.length;
      expect(loadOrRefuse(original.subarray(0, cut))).toBeUndefined();
      expect(loadOrRefuse(original.subarray(cut + 1))).toBeUndefined();
      expect(loadOrRefuse(Uint8Array.from([...original, ...more]))).toBeUndefined();
      expect(loadOrRefuse(Uint8Array.from([...original.subarray(0, cut), ...more, ...original.subarray(cut)]))).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test("bytes of no file at all are a FormatError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(loadOrRefuse(bytes)).toBeUndefined();
    }),
  );
  const json = fc.json().map((text) => new TextEncoder().encode(text));
  fc.assert(
    fc.property(json, (header) => {
      const file = new Uint8Array(8 + header.length);
      file[0] = header.length & 255;
      file[1] = header.length >> 8;
      file.set(header, 8);
      const dict = loadOrRefuse(file);
      if (dict !== undefined) expect(dict).toEqual({});
    }),
    { numRuns: 500 },
  );
});
