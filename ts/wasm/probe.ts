/** The two builds of the core: plain 128-bit SIMD, the same bits everywhere, or relaxed SIMD with fused multiply-add. */
export type SimdLevel = "simd128" | "relaxed";

// Modules of one function `() -> v128`; an engine that lacks the instruction does not validate them.
const head = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];
const splat = [0x41, 0, 0xfd, 0x0f];
const simd128 = [...head, 10, 8, 1, 6, 0, ...splat, 0x0b];
const relaxedMadd = [0xfd, 0x85, 0x02];
const relaxed = [...head, 10, 19, 1, 17, 0, ...splat, ...splat, ...splat, ...relaxedMadd, 0x0b];

/** Whether this engine runs modules of that SIMD level. */
export function supports(level: SimdLevel): boolean {
  return WebAssembly.validate(new Uint8Array(level === "relaxed" ? relaxed : simd128));
}
