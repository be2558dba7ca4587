import type { Values } from "../../tensor/dtype.js";

/** Called with the first value that int32 cannot hold. */
export type Refuse = (index: number, value: number | bigint) => never;

/** A dtype of the file. */
export interface FileDType {
  /** The bytes of one value. */
  readonly width: number;
  /** Makes the values of a tensor of these bytes, which it may keep. */
  readonly read: (bytes: ArrayBuffer, refuse: Refuse) => Values;
}

/** The dtypes that can be read, as float32 or int32. Typed arrays are little endian, as the file is, wherever there is WebAssembly. */
export const FILE_DTYPES: ReadonlyMap<string, FileDType> = new Map<string, FileDType>([
  ["F64", { width: 8, read: (bytes) => new Float32Array(new Float64Array(bytes)) }],
  ["F32", { width: 4, read: (bytes) => new Float32Array(bytes) }],
  ["F16", { width: 2, read: (bytes) => fromBits(new Uint16Array(bytes), bitsOfHalf) }],
  ["BF16", { width: 2, read: (bytes) => fromBits(new Uint16Array(bytes), (half) => half << 16) }],
  ["I64", { width: 8, read: readI64 }],
  ["I32", { width: 4, read: (bytes) => new Int32Array(bytes) }],
  ["I16", { width: 2, read: (bytes) => new Int32Array(new Int16Array(bytes)) }],
  ["I8", { width: 1, read: (bytes) => new Int32Array(new Int8Array(bytes)) }],
  ["U64", { width: 8, read: readU64 }],
  ["U32", { width: 4, read: readU32 }],
  ["U16", { width: 2, read: (bytes) => new Int32Array(new Uint16Array(bytes)) }],
  ["U8", { width: 1, read: (bytes) => new Int32Array(new Uint8Array(bytes)) }],
  ["BOOL", { width: 1, read: readBool }],
]);

function fromBits(halves: Uint16Array, bitsOf: (half: number) => number): Float32Array {
  const bits = new Int32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = bitsOf(halves[index] as number);
  return new Float32Array(bits.buffer);
}

/** The bits of the float32 that equals an IEEE 754 binary16: sign 1, exponent 5 (bias 15), fraction 10 bits. */
function bitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 127 - 15) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal: 2⁻²⁴ · fraction, which float32 writes with its first 1 before the point.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((127 - 14 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/** The low halves, if every high half but continues the sign of its low one. */
function readI64(bytes: ArrayBuffer, refuse: Refuse): Int32Array {
  const halves = new Int32Array(bytes);
  const values = new Int32Array(halves.length / 2);
  for (let index = 0; index < values.length; index++) {
    const low = halves[2 * index] as number;
    if (halves[2 * index + 1] !== low >> 31) refuse(index, new BigInt64Array(bytes)[index] as bigint);
    values[index] = low;
  }
  return values;
}

function readU64(bytes: ArrayBuffer, refuse: Refuse): Int32Array {
  const halves = new Int32Array(bytes);
  const values = new Int32Array(halves.length / 2);
  for (let index = 0; index < values.length; index++) {
    const low = halves[2 * index] as number;
    if (halves[2 * index + 1] !== 0 || low < 0) refuse(index, new BigUint64Array(bytes)[index] as bigint);
    values[index] = low;
  }
  return values;
}

function readU32(bytes: ArrayBuffer, refuse: Refuse): Int32Array {
  const values = new Int32Array(bytes);
  const index = values.findIndex((value) => value < 0);
  if (index >= 0) refuse(index, (values[index] as number) >>> 0);
  return values;
}

function readBool(bytes: ArrayBuffer, refuse: Refuse): Int32Array {
  const values = new Int32Array(new Uint8Array(bytes));
  const index = values.findIndex((value) => value > 1);
  if (index >= 0) refuse(index, values[index] as number);
  return values;
}
