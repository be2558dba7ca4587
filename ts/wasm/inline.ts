import type { Compiled } from "./core.js";
import type { SimdLevel } from "./probe.js";

/** Compiles the core that a module of bytes holds in base64. */
export function compileInline(texts: Readonly<Record<SimdLevel, string>>, level: SimdLevel): Compiled {
  const bytes = Uint8Array.from(atob(texts[level]), (letter) => letter.charCodeAt(0));
  return { module: new WebAssembly.Module(bytes), source: "inline" };
}
