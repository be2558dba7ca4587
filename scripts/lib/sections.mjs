// The sections of a WebAssembly module.

const HEADER_BYTES = 8;
const CUSTOM = 0;

/** An unsigned number of LEB128 at `at`, and where it ends. */
function readNumber(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at };
  }
}

/**
 * A module without its custom sections. They hold the names of its functions and what compiled it, a twentieth of it: for tools, no engine reads them.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
export function withoutCustomSections(bytes) {
  const kept = [bytes.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const size = readNumber(bytes, at + 1);
    const next = size.end + size.value;
    if (bytes[at] !== CUSTOM) kept.push(bytes.subarray(at, next));
    at = next;
  }
  return Buffer.concat(kept);
}
