// Writing protocol buffers: fields of bytes, texts and whole numbers, and messages in messages.

/** A whole number of at most 53 bits, seven bits a byte, the lowest first. */
function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.of(...bytes, rest);
    bytes.push((rest % 128) + 128);
  }
}

function join(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** One field: a number as it is; a text or bytes with their length before them. */
function field(number, value) {
  if (typeof value === "number") return join([varint(number * 8), varint(value)]);
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return join([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/**
 * A message of `[field number, value]`; what is `undefined` is left out. A message in a message is its bytes.
 *
 * @param {...[number, number | string | Uint8Array | undefined]} fields
 */
export function message(...fields) {
  return join(fields.filter(([, value]) => value !== undefined).map(([number, value]) => field(number, value)));
}
