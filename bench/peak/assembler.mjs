// Just enough of WebAssembly's binary format for a loop over vectors in registers.

/** Unsigned LEB128. */
export function leb(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const sized = (bytes) => [...leb(bytes.length), ...bytes];
const section = (id, ...items) => [id, ...sized([...leb(items.length), ...items.flat()])];
const text = (string) => sized([...new TextEncoder().encode(string)]);
const simd = (opcode) => [0xfd, ...leb(opcode)];

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

/** The instructions used here, by their names in the specification. */
export const op = {
  localGet: (index) => [0x20, ...leb(index)],
  localSet: (index) => [0x21, ...leb(index)],
  localTee: (index) => [0x22, ...leb(index)],
  /** Of numbers from 0 to 63, which are one byte in signed LEB128. */
  i32Const: (value) => [0x41, value],
  f32Const: (value) => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  i32Sub: [0x6b],
  f32Add: [0x92],
  /** A loop that goes on while its body leaves something else than 0. */
  loopWhile: (body) => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
  f32x4Splat: simd(0x13),
  f32x4ExtractLane: (lane) => [...simd(0x1f), lane],
  f32x4Add: simd(0xe4),
  f32x4Mul: simd(0xe6),
  f32x4RelaxedMadd: simd(0x105),
};

/** A module that exports one function `name(i32) → f32`; its locals after the argument are vectors. */
export function moduleOf(name, vectors, body) {
  const code = [...leb(1), ...leb(vectors), V128, ...body, 0x0b];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, ...sized([I32]), ...sized([F32])]),
    ...section(3, leb(0)),
    ...section(7, [...text(name), 0x00, ...leb(0)]),
    ...section(10, sized(code)),
  ]);
}
