import { FormatError, io, OptionError } from "unrolled";
import { describe, expect, test } from "vitest";
import { bytesOf, fileOf, fixture, oneTensor, prefixed } from "./files.js";

const { load, metadata } = io.safetensors;

/** The message of the FormatError that loading throws, without the function's name. */
function complaintOf(file: Uint8Array): string {
  let message = "nothing thrown";
  expect(() => {
    try {
      load(file);
    } catch (error) {
      message = (error as Error).message;
      throw error;
    }
  }).toThrow(FormatError);
  // Both functions read the header alike.
  if (!message.includes(" value of ")) expect(() => metadata(file)).toThrow(message.replace(".load", ".metadata"));
  return message.replace("io.safetensors.load: ", "");
}

const entry = { dtype: "U8", shape: [2], data_offsets: [0, 2] };

describe("the file", () => {
  test.each([
    ["nothing", new Uint8Array(0), "the file must be at least 8 bytes long, got 0; is it empty, or cut off?"],
    ["7 bytes", new Uint8Array(7), "the file must be at least 8 bytes long, got 7; is it empty, or cut off?"],
    ["no header", new Uint8Array(8), 'the header at character 0 must be "{", got its end'],
    [
      "another format",
      new TextEncoder().encode("PK\x03\x04 and so on"),
      "the length of the header must be at most 100000000 bytes, got 7236828441365138256; is it a safetensors file?",
    ],
    [
      "one byte more than allowed",
      prefixed(100_000_001, []),
      "the length of the header must be at most 100000000 bytes, got 100000001; is it a safetensors file?",
    ],
    [
      "the largest length",
      prefixed(2n ** 64n - 1n, []),
      "the length of the header must be at most 100000000 bytes, got 18446744073709551615; is it a safetensors file?",
    ],
    [
      "a length beyond its end",
      prefixed(100_000_000, []),
      "the file must be at least 100000008 bytes long, to hold its header, got 8; is it cut off, or no safetensors file?",
    ],
    ["a broken character", prefixed(3, [0x7b, 0xff, 0x7d]), "the header must be text in UTF-8, got other bytes; is it a safetensors file?"],
    ["a byte order mark", fileOf("\ufeff{}"), 'the header at character 0 must be "{", got "\ufeff"'],
    ["data cut off", fileOf({ x: entry }, [1]), "the data after the header must be 2 bytes long, got 1; is it cut off?"],
    [
      "data appended",
      fileOf({ x: entry }, [1, 2, 3]),
      "the data after the header must be 2 bytes long, got 3; something was appended to it",
    ],
    ["data without tensors", fileOf("{}", [0]), "the data after the header must be 0 bytes long, got 1; something was appended to it"],
  ])("%s", (_, file, message) => {
    expect(complaintOf(file)).toBe(message);
  });

  test("cut off anywhere", () => {
    const whole = fixture("lstm");
    for (let length = 0; length < whole.length; length += 7) expect(complaintOf(whole.subarray(0, length))).toMatch(/cut off/);
  });

  test("something else", () => {
    const expected = "io.safetensors.load: bytes must be a Uint8Array or an ArrayBuffer, got";
    const hint = '"model.safetensors"; to read a file, import loadFile from "unrolled/node"';
    expect(() => load("model.safetensors" as never)).toThrow(new OptionError(`${expected} ${hint}`));
    expect(() => load([1, 2] as never)).toThrow(new OptionError(`${expected} [1, 2]`));
    expect(() => load(undefined as never)).toThrow(new OptionError(`${expected} undefined`));
    expect(() => metadata(new Float32Array(4) as never)).toThrow(OptionError);
  });
});

describe("the header", () => {
  test.each([
    ["[]", 'the header at character 0 must be "{", got "["'],
    ["null", 'the header at character 0 must be "{", got "null"'],
    ["{", "the header at character 1 must be a string, got its end"],
    ["{}{}", 'the header at character 2 must be its end, got "{"'],
    ["{} x", 'the header at character 3 must be its end, got "x"'],
    ["{x:1}", 'the header at character 1 must be a string, got "x"'],
    ['{"x"}', 'the header at character 4 must be ":", got "}"'],
    ['{"x":1}', 'the header at character 5 must be "{", got "1"'],
    ['{"x":{}}', 'tensor "x" must be { dtype, shape, data_offsets }, got no dtype'],
    ['{"x":{},}', 'tensor "x" must be { dtype, shape, data_offsets }, got no dtype'],
    ['{"__metadata__":{}, }', 'the header at character 20 must be a string, got "}"'],
    ['{"__metadata__":{} "x"', 'the header at character 19 must be "," or "}", got "\\""'],
    ['{"x', "the header at character 1 must be a string of valid escapes and characters, that ends, got one that is not"],
    ['{"x\\', "the header at character 1 must be a string of valid escapes and characters, that ends, got one that is not"],
    ['{"\\q":1}', "the header at character 1 must be a string of valid escapes and characters, that ends, got one that is not"],
    ['{"a\nb":1}', "the header at character 1 must be a string of valid escapes and characters, that ends, got one that is not"],
    ['{"\\ud800":1}', "the header at character 1 must be a string of valid escapes and characters, that ends, got one that is not"],
    ['{"__metadata__":{"a":1}}', 'the header at character 21 must be a string, got "1"'],
    ['{"__metadata__":{"a":null}}', 'the header at character 21 must be a string, got "null"'],
    ['{"__metadata__":"a"}', 'the header at character 16 must be "{", got "\\""'],
    ['{"__metadata__":{"a":"1","a":"2"}}', 'the header at character 25 must be a name that has not been there, got "a"'],
    ['{"__metadata__":{},"__metadata__":{}}', 'the header at character 19 must be a name that has not been there, got "__metadata__"'],
    ['{"x":{"dtype":"U8","dtype":"U8"}}', 'the header at character 19 must be a name that has not been there, got "dtype"'],
  ])("%s", (header, message) => {
    expect(complaintOf(fileOf(header))).toBe(message);
  });

  test("a tensor that comes twice, also if it is spelled otherwise", () => {
    const text = JSON.stringify(entry);
    for (const name of ["x", "\\u0078"]) {
      const message = complaintOf(fileOf(`{"x":${text},"${name}":${text}}`, [1, 2]));
      expect(message).toBe('the header at character 53 must be a name that has not been there, got "x"');
    }
  });

  test("twenty million characters of nonsense are refused", () => {
    for (const character of ["[", " ", '"', "{", "\\"]) {
      const text = new Uint8Array(20_000_000).fill(character.charCodeAt(0));
      text.set(new TextEncoder().encode('{"x'));
      expect(complaintOf(prefixed(text.length, text))).toMatch(/^the header at character \d+ must be/);
    }
  });
});

describe("an entry", () => {
  const refused = (change: object, data: number[] = [1, 2]) => complaintOf(fileOf({ x: { ...entry, ...change } }, data));

  test("must have dtype, shape and data_offsets, and nothing else", () => {
    expect(refused({ dtype: undefined })).toBe('tensor "x" must be { dtype, shape, data_offsets }, got no dtype');
    expect(refused({ shape: undefined })).toBe('tensor "x" must be { dtype, shape, data_offsets }, got no shape');
    expect(refused({ data_offsets: undefined })).toBe('tensor "x" must be { dtype, shape, data_offsets }, got no data_offsets');
    expect(refused({ strides: [1] })).toBe('a key of tensor "x" must be dtype, shape or data_offsets, got "strides"');
  });

  test.each(["F8_E4M3", "C64", "f32", "", "__proto__"])("must have a dtype there is, not %j", (dtype) => {
    const all = "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL";
    expect(refused({ dtype })).toBe(`dtype of tensor "x" must be one of ${all}, got "${dtype}"`);
  });

  test("must have a dtype that is a string", () => {
    expect(refused({ dtype: 8 })).toBe('the header at character 14 must be a string, got "8"');
  });

  test.each(["-1", "-0", "1.5", "2.0", "1e0", "01", "9007199254740993", "123456789012345678901234567890", "true", "NaN"])(
    "must have a shape of counts, not %s",
    (size) => {
      const message = complaintOf(fileOf(`{"x":{"shape":[${size}]}}`));
      expect(message).toBe(`the header at character 15 must be an integer in [0, 2^53 - 1], got "${size.slice(0, 24)}"`);
    },
  );

  test.each([
    [[2, 2], "4"],
    [[], "1"],
    [[3, 0], "0"],
    [[2 ** 26, 2 ** 27], "2^53 or more"],
    [[2 ** 32, 2 ** 32], "2^53 or more"],
    [[2 ** 52, 2 ** 52, 0], "2^53 or more"],
    [[2 ** 53 - 1], "9007199254740991"],
  ])("must have the size of its shape %j", (shape, bytes) => {
    expect(refused({ shape })).toBe(
      `data_offsets of tensor "x" must be [start, end], ${bytes} bytes apart for U8 of shape [${shape.join(", ")}], got [0, 2]`,
    );
  });

  test("must have the size of its dtype", () => {
    expect(refused({ dtype: "F64", shape: [1] })).toBe(
      'data_offsets of tensor "x" must be [start, end], 8 bytes apart for F64 of shape [1], got [0, 2]',
    );
  });

  test.each([[[2, 0]], [[2]], [[0, 2, 4]], [[]]])("must have two offsets in order, not %j", (offsets) => {
    const expected = 'data_offsets of tensor "x" must be [start, end], 2 bytes apart for U8 of shape [2]';
    expect(refused({ data_offsets: offsets })).toBe(`${expected}, got [${offsets.join(", ")}]`);
  });

  test("of a thousand dimensions makes no message of a thousand numbers", () => {
    expect(refused({ shape: new Array(1000).fill(1) })).toBe(
      'data_offsets of tensor "x" must be [start, end], 1 bytes apart for U8 of shape 1000 numbers, got [0, 2]',
    );
  });
});

describe("the layout", () => {
  const at = (start: number, end: number) => ({ dtype: "U8", shape: [end - start], data_offsets: [start, end] });

  test.each([
    ["a hole before", { x: at(1, 3) }, "x", "from 0, where the tensor before it ends, got [1, 3]"],
    ["a hole between", { x: at(0, 1), y: at(2, 3) }, "y", "from 1, where the tensor before it ends, got [2, 3]"],
    ["an overlap", { x: at(0, 2), y: at(1, 3) }, "y", "from 2, where the tensor before it ends, got [1, 3]"],
    ["the same bytes twice", { x: at(0, 3), y: at(0, 3) }, "y", "from 3, where the tensor before it ends, got [0, 3]"],
    ["an empty tensor inside another", { x: at(0, 3), y: at(1, 1) }, "y", "from 3, where the tensor before it ends, got [1, 1]"],
  ])("%s", (_, header, name, message) => {
    expect(complaintOf(fileOf(header, [1, 2, 3]))).toBe(`data_offsets of tensor "${name}" must be ${message}`);
  });

  test("terabytes that are not there are not allocated", () => {
    const header = { x: { dtype: "F32", shape: [2 ** 40], data_offsets: [0, 2 ** 42] } };
    expect(complaintOf(fileOf(header, [0]))).toBe("the data after the header must be 4398046511104 bytes long, got 1; is it cut off?");
  });
});

describe("integers that int32 cannot hold", () => {
  test.each([
    ["I64", BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 2n ** 31n), "[1, 2]", "2147483648"],
    ["I64", BigInt64Array.of(0n, -(2n ** 31n) - 1n, 0n, 0n, 0n, 0n), "[0, 1]", "-2147483649"],
    ["I64", BigInt64Array.of(-(2n ** 63n), 0n, 0n, 0n, 0n, 0n), "[0, 0]", "-9223372036854775808"],
    ["I64", BigInt64Array.of(0n, 0n, 0n, 2n ** 32n, 0n, 0n), "[1, 0]", "4294967296"],
    ["U64", BigUint64Array.of(0n, 0n, 0n, 0n, 2n ** 64n - 1n, 0n), "[1, 1]", "18446744073709551615"],
    ["U64", BigUint64Array.of(0n, 0n, 2n ** 31n, 0n, 0n, 0n), "[0, 2]", "2147483648"],
    ["U64", BigUint64Array.of(0n, 0n, 2n ** 32n, 0n, 0n, 0n), "[0, 2]", "4294967296"],
    ["U32", Uint32Array.of(0, 1, 2, 3, 4, 2 ** 31), "[1, 2]", "2147483648"],
  ])("%s %s at %s", (dtype, values, position, value) => {
    expect(complaintOf(oneTensor(dtype, [2, 3], bytesOf(values)))).toBe(
      `the ${dtype} value of tensor "x" at ${position} must be an integer in [-2147483648, 2147483647], got ${value}`,
    );
  });

  test("nor BOOL anything but 0 and 1; a scalar has no index", () => {
    expect(complaintOf(oneTensor("BOOL", [3], [0, 1, 2]))).toBe('the BOOL value of tensor "x" at [2] must be 0 or 1, got 2');
    expect(complaintOf(oneTensor("BOOL", [], [255]))).toBe('the BOOL value of tensor "x" at [] must be 0 or 1, got 255');
  });
});

test("after a damaged file the next one loads", () => {
  expect(() => load(fixture("lstm").subarray(1))).toThrow(FormatError);
  expect(Object.keys(load(fixture("lstm")))).toContain("weight_ih_l0");
});
