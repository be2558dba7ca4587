import type { Compiled } from "./core.js";
import type { SimdLevel } from "./probe.js";

/** Compiles the core that a module of bytes holds in base64. */
export function compileInline(texts: Readonly<Record<SimdLevel, string>>, level: SimdLevel): Compiled {
  const bytes = decodeBase64(texts[level]);
  return { module: new WebAssembly.Module(bytes), source: "inline" };
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Not by `atob`: an AudioWorklet has none. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let value = 0; value < LETTERS.length; value++) values[LETTERS.charCodeAt(value)] = value;
  const length = text.replace(/=+$/, "").length;
  const bytes = new Uint8Array((length * 3) >> 2);
  let [bits, held, at] = [0, 0, 0];
  for (let index = 0; index < length; index++) {
    bits = (bits << 6) | values[text.charCodeAt(index)]!;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >> held;
  }
  return bytes;
}
