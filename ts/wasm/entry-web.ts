/** unrolled in a browser: `await init()` fetches the core, which lies beside this module. */

import { type Compiled, setLoader } from "./core.js";
import { cannotFetch } from "./given.js";
import { compileInline } from "./inline.js";
import type { SimdLevel } from "./probe.js";

let warned = false;

async function compile(level: SimdLevel): Promise<Compiled> {
  if (typeof fetch !== "function" || typeof URL !== "function") throw cannotFetch("init", "nothing");
  // Bundlers find the files by these literal forms, and only by them.
  const url = level === "relaxed" ? new URL("./core-relaxed.wasm", import.meta.url) : new URL("./core.wasm", import.meta.url);
  const bytes = await fetchWasm(url);
  if (bytes !== undefined) return { module: await WebAssembly.compile(bytes), source: url.href };
  if (!warned) {
    warned = true;
    console.warn(
      `unrolled: there is no core at ${url.href}: your bundler did not copy it, so it is loaded as text, which is slower to start. Serve that file, or say where it is: init({ wasm: url }).`,
    );
  }
  return compileInline(await import("./bytes-inline.js"), level);
}

/** The bytes if they are a wasm module; development servers answer an unknown path with a page and status 200. */
async function fetchWasm(url: URL): Promise<ArrayBuffer | undefined> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) return undefined;
  const bytes = await response.arrayBuffer();
  const isWasm = bytes.byteLength > 8 && new DataView(bytes).getUint32(0) === 0x0061736d;
  return isWasm ? bytes : undefined;
}

setLoader({ compile });

export * from "../index.js";
