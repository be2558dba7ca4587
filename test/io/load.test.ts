import { io, type Tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { bytesOf, fileOf, fixture, oneTensor } from "./files.js";

const { load, metadata } = io.safetensors;

/** Bit patterns, so that −0 counts; NaN is NaN, whatever its payload, which differs between torch's own loops. */
function bitsOf(tensor: Tensor | undefined): number[] {
  const { data } = tensor as Tensor;
  return Array.from(new Int32Array(data.buffer), (bits, index) => (Number.isNaN(data[index]) ? Number.NaN : bits));
}

describe("a file that Python wrote", () => {
  const tensors = load(fixture("dtypes"));
  const names = Object.keys(tensors).filter((name) => !name.endsWith(".expected"));

  test("has every dtype", () => {
    expect(names.toSorted()).toEqual(
      "bf16 bool empty empty.i64 f16 f32 f64 i16 i32 i64 i8 scalar scalar.bf16 scalar.bool u16 u32 u64 u8".split(" "),
    );
  });

  test.each(names)("%s becomes what torch makes of it, bit for bit", (name) => {
    const [actual, expected] = [tensors[name], tensors[`${name}.expected`]];
    expect(actual?.dtype).toBe(/f\d|scalar$|empty$/.test(name) && name !== "scalar.bool" ? "float32" : "int32");
    expect(actual?.dtype).toBe(expected?.dtype);
    expect(actual?.shape).toEqual(expected?.shape);
    expect(bitsOf(actual)).toEqual(bitsOf(expected));
  });

  test("empty tensors and scalars keep their shapes", () => {
    const shapes = ["empty", "empty.i64", "scalar", "scalar.bool", "bool"].map((name) => tensors[name]?.shape);
    expect(shapes).toEqual([[0, 3], [2, 0], [], [], [3, 1]]);
    expect(tensors["scalar"]?.item()).toBe(2.5);
    expect(tensors["scalar.bf16"]?.item()).toBe(-1.5);
    expect(tensors["bool"]?.toArray()).toEqual([[1], [0], [1]]);
  });

  test("has metadata", () => {
    expect(metadata(fixture("dtypes"))).toEqual({ Grüße: '"你好" \n 🌍' });
    expect(metadata(fixture("names"))).toEqual({});
  });
});

describe("floats of 16 bits", () => {
  const patterns = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

  test("every F16 is its sign, exponent and fraction", () => {
    const values = load(oneTensor("F16", [65536], bytesOf(patterns)))["x"]?.data as Float32Array;
    for (const bits of patterns) {
      const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
      const finite = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
      const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
      if (!Object.is(values[bits], sign * (exponent === 31 ? special : finite))) expect.fail(`0x${bits.toString(16)} is ${values[bits]}`);
    }
  });

  test("every BF16 is the upper half of a float32", () => {
    const values = load(oneTensor("BF16", [65536], bytesOf(patterns)))["x"]?.data as Float32Array;
    const bits = new Uint32Array(values.buffer);
    for (const [upper, value] of bits.entries()) if (value !== upper * 65536) expect.fail(`0x${upper.toString(16)} is ${value}`);
  });
});

describe("bytes", () => {
  const values = Float64Array.of(1.5, -2, 1e-3);
  const expected = Float32Array.from(values);

  // A header of 61 to 64 characters: the data lies at any distance from a multiple of 8.
  test.each([0, 1, 2, 3, 4, 5, 6, 7])("may have their data anywhere (header longer by %i)", (extra) => {
    const header = JSON.stringify({ x: { dtype: "F64", shape: [3], data_offsets: [0, 24] } }) + " ".repeat(extra);
    expect(load(fileOf(header, bytesOf(values)))["x"]?.data).toEqual(expected);
  });

  test("may be a part of a larger buffer, an ArrayBuffer, a Buffer, or shared", () => {
    const file = oneTensor("F64", [3], bytesOf(values));
    const larger = new Uint8Array(file.length + 10).fill(255);
    larger.set(file, 3);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    for (const bytes of [larger.subarray(3, 3 + file.length), file.slice().buffer as ArrayBuffer, Buffer.from(file), shared]) {
      expect(load(bytes)["x"]?.data).toEqual(expected);
    }
  });

  test("are copied: the tensors do not change with them", () => {
    for (const file of [
      oneTensor("F32", [2], bytesOf(Float32Array.of(1, 2))),
      Buffer.from(oneTensor("I32", [2], bytesOf(Int32Array.of(1, 2)))),
    ]) {
      const { x } = load(file);
      file.fill(0);
      expect(Array.from(x?.data ?? [])).toEqual([1, 2]);
    }
  });
});

describe("names", () => {
  test("that JavaScript has plans with are names", () => {
    const tensors = load(fixture("names"));
    expect(Object.hasOwn(tensors, "__proto__")).toBe(true);
    expect(Object.getOwnPropertyDescriptor(tensors, "__proto__")?.value.shape).toEqual([0, 6]);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
    expect(tensors["constructor"]?.shape).toEqual([0, 7]);
    expect(tensors["toString"]).toBe(Object.prototype.toString);
    expect(tensors['z\0"\\/']?.shape).toEqual([0, 11]);
    expect(tensors["z\u{1f600}"]?.shape).toEqual([0, 10]);
    expect(Object.keys(tensors)).toHaveLength(25);
  });

  test("may be those of metadata too", () => {
    const texts = metadata(fileOf('{"__metadata__":{"__proto__":"a","toString":"b"}}'));
    expect(Object.entries(texts)).toEqual([
      ["__proto__", "a"],
      ["toString", "b"],
    ]);
  });

  test("stand in the file's order, whatever the order of their values", () => {
    const header = { b: { dtype: "U8", shape: [2], data_offsets: [1, 3] }, e: { dtype: "I64", shape: [0], data_offsets: [1, 1] } };
    const tensors = load(fileOf({ ...header, a: { data_offsets: [0, 1], shape: [], dtype: "I8" } }, [255, 2, 3]));
    expect(Object.entries(tensors).map(([name, { data }]) => [name, ...data])).toEqual([["b", 2, 3], ["e"], ["a", -1]]);
  });
});

test("a file without tensors is an empty object", () => {
  expect(load(fixture("nothing"))).toEqual({});
  expect(load(fileOf(" \t\n\r{ } \n"))).toEqual({});
});
