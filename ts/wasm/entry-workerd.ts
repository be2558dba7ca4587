/** unrolled in workerd (Cloudflare Workers), where no bytes may be compiled: the cores are imported, and compiled when the Worker is deployed. */

import { type Compiled, setLoader } from "./core.js";
import simd128 from "./core.wasm";
import relaxed from "./core-relaxed.wasm";
import type { SimdLevel } from "./probe.js";

const modules: Readonly<Record<SimdLevel, WebAssembly.Module>> = { simd128, relaxed };

const compileNow = (level: SimdLevel): Compiled => ({
  module: modules[level],
  source: level === "relaxed" ? "core-relaxed.wasm" : "core.wasm",
});

setLoader({ compileNow, compile: async (level) => compileNow(level) });

export * from "../index.js";
