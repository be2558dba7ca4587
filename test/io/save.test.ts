import { io, OptionError, type Tensor, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { Parameter } from "../../ts/nn/parameter.js";
import { fixture } from "./files.js";

const { load, metadata, save } = io.safetensors;

/** The header of a file, as text with its padding. */
function headerOf(file: Uint8Array): string {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
}

describe("what Python writes, byte for byte", () => {
  // Those of F32 and I32 alone, with at most one text: Python keeps metadata in no order.
  test.each(["lstm", "gru", "rnn", "names", "nothing"])("%s", (name) => {
    const file = fixture(name);
    const texts = metadata(file);
    const shuffled = Object.fromEntries(Object.entries(load(file)).reverse());
    const written = save(shuffled, Object.keys(texts).length > 0 ? { metadata: texts } : undefined);
    expect(Buffer.from(written).equals(file)).toBe(true);
  });
});

describe("the header", () => {
  test("has floats before integers, then names by code points", () => {
    const [float, int] = [zeros([1]), zeros([1], { dtype: "int32" })];
    const names = ["z\u{1f600}", "z\uffee", "z", "10", "9", "a.b", "a", "B"];
    const file = save(
      Object.fromEntries(
        names.flatMap((name): [string, Tensor][] => [
          [`i${name}`, int],
          [name, float],
        ]),
      ),
    );
    const order = [...headerOf(file).matchAll(/"([^"]*)":\{/g)].map(([, name]) => name);
    const sorted = ["10", "9", "B", "a", "a.b", "z", "z\uffee", "z\u{1f600}"];
    expect(order).toEqual([...sorted, ...sorted.map((name) => `i${name}`)]);
  });

  test("is padded with spaces, so that the data lies at a multiple of 8", () => {
    for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const header = headerOf(save({ ["x".repeat(length)]: tensor([1]) }));
      expect(header.length % 8).toBe(0);
      expect(header).toMatch(/[^ ] {0,7}$/);
    }
  });

  test("has metadata first, in the order given, and what JSON must escape escaped", () => {
    const texts = { b: 'quote " \\ / \n \u0001 \u2028 é', a: "" };
    const file = save({ "\t": tensor([1]) }, { metadata: texts });
    expect(headerOf(file).trimEnd()).toBe(
      '{"__metadata__":{"b":"quote \\" \\\\ / \\n \\u0001 \u2028 é","a":""},"\\t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    );
    expect(Object.entries(metadata(file))).toEqual(Object.entries(texts));
  });

  test("has metadata that is empty, but none that is undefined", () => {
    expect(headerOf(save({}, { metadata: {} }))).toBe('{"__metadata__":{}}     ');
    expect(headerOf(save({}, { metadata: undefined }))).toBe("{}      ");
  });
});

test("tensors of any kind are written with their present values", () => {
  const parameter = new Parameter(tensor([[1, 2, 3]]));
  const computed = parameter.mul(2);
  const { a, b, c, d } = load(save({ a: parameter, b: computed, c: parameter.detach(), d: tensor(7, { dtype: "int32" }) }));
  expect([a, b, c, d].map((value) => value?.toArray())).toEqual([[[1, 2, 3]], [[2, 4, 6]], [[1, 2, 3]], 7]);
  expect([a, b, c, d].map((value) => value?.requiresGrad)).toEqual([false, false, false, false]);
  expect([a?.dtype, d?.dtype]).toEqual(["float32", "int32"]);
});

describe("what cannot be written", () => {
  const refuses = (tensors: unknown, message: string, options?: unknown) =>
    expect(() => save(tensors as never, options as never)).toThrow(new OptionError(`io.safetensors.save: ${message}`));

  test("no object", () => {
    const expected = "tensors must be an object of tensors by their names, got";
    refuses(undefined, `${expected} undefined`);
    refuses(null, `${expected} null`);
    refuses("x", `${expected} "x"`);
    refuses([tensor([1])], `${expected} [a float32 tensor [1]]`);
    refuses(new Map([["x", tensor([1])]]), `${expected} an object`);
    refuses(tensor([1]), `${expected} a float32 tensor [1]`);
  });

  test("no tensor", () => {
    refuses({ x: [1] }, 'tensors["x"] must be a tensor, got [1]');
    refuses({ x: tensor([1]), y: undefined }, 'tensors["y"] must be a tensor, got undefined');
    refuses({ x: { shape: [1], data: [1] } }, 'tensors["x"] must be a tensor, got { shape, data }');
    refuses({ weight: 1, stateDict: () => ({}) }, 'tensors["weight"] must be a tensor, got 1; pass its stateDict()');
  });

  test("a name that the format keeps for itself, or half a character", () => {
    const x = tensor([1]);
    const hint = "texts go into options.metadata";
    refuses({ __metadata__: x }, `the name of a tensor must be other than __metadata__, got "__metadata__"; ${hint}`);
    refuses({ "a\ud800": x }, 'the name of a tensor must be text that UTF-8 can hold, got "a\\ud800" with half a character');
  });

  test("metadata that is no text", () => {
    refuses({}, "metadata must be an object of strings, got null", { metadata: null });
    refuses({}, 'metadata must be an object of strings, got "x"', { metadata: "x" });
    refuses({}, 'metadata must be an object of strings, got ["x"]', { metadata: ["x"] });
    refuses({}, 'metadata["epoch"] must be a string, got 3; numbers and objects: JSON.stringify', { metadata: { epoch: 3 } });
    refuses({}, 'metadata["x"] must be text that UTF-8 can hold, got "\\udc00" with half a character', { metadata: { x: "\udc00" } });
    refuses({}, 'a key of metadata must be text that UTF-8 can hold, got "\\udc00" with half a character', { metadata: { "\udc00": "" } });
    refuses({}, 'option must be one of metadata, got "metdata"; did you mean "metadata"?', { metdata: {} });
  });

  test("a header that no reader would take", () => {
    const message = "the header (names, shapes and metadata) must be at most 100000000 bytes long, got 100000008";
    refuses({}, message, { metadata: { x: "x".repeat(100_000_000 - 23) } });
  });
});
