/** unrolled in Node and Bun: the core lies beside this module, and is read and compiled at its first use. */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { complaint, UnrolledError } from "../errors.js";
import { type Compiled, setLoader } from "./core.js";
import type { SimdLevel } from "./probe.js";

function compileNow(level: SimdLevel): Compiled {
  const url = level === "relaxed" ? new URL("./core-relaxed.wasm", import.meta.url) : new URL("./core.wasm", import.meta.url);
  const source = fileURLToPath(url);
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = readFileSync(source);
  } catch (cause) {
    const hint = 'a bundle of one file loses it: import "unrolled/inline", which holds the core as text';
    throw new UnrolledError(complaint("unrolled", "the core", `a file that can be read, ${source}`, String(cause), hint), { cause });
  }
  return { module: new WebAssembly.Module(bytes), source };
}

setLoader({
  compileNow,
  compile: async (level) => compileNow(level),
  read: (url) => (url.protocol === "file:" ? readFile(url) : undefined),
});

export * from "../index.js";
