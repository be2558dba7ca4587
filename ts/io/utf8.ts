/** Text in UTF-8, also where there is neither TextDecoder nor TextEncoder: in an AudioWorklet. */

const hex = (byte: number): string => `%${byte.toString(16).padStart(2, "0")}`;

/** The text, with a byte order mark if it has one. Throws if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (typeof TextDecoder === "function") return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  return decodeURIComponent(Array.from(bytes, hex).join(""));
}

/** The bytes; halves of a surrogate pair that stand alone become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (typeof TextEncoder === "function") return new TextEncoder().encode(text);
  const escaped = encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd"));
  const units = escaped.replaceAll(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Uint8Array.from(units, (unit) => unit.charCodeAt(0));
}
