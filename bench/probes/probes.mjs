// What only a process of its own can tell: peaks of memory, and the time until the first result.

import { gzipped, withImports } from "../../scripts/lib/sizes.mjs";
import { child } from "../measure/child.mjs";
import { summary } from "../measure/statistics.mjs";

const script = (name) => new URL(name, import.meta.url);

/** Bytes at their highest in three training steps: of the core, and of the whole process. */
export function measureMemory(lines) {
  return lines.map((line) => ({
    kind: "memory",
    case: line.sizes,
    cell: line.cell,
    ...child(script("memory-child.mjs"), JSON.stringify(line)),
  }));
}

const LIBRARIES = ["unrolled", "onnxruntime-web", "tfjs wasm", "jax-js"];
const STARTS = 7;

/** Milliseconds from nothing to the first result, the libraries in turns. */
export function measureLoad() {
  const times = LIBRARIES.map(() => []);
  for (let start = 0; start < STARTS; start++) {
    for (const [index, library] of LIBRARIES.entries()) times[index].push(child(script("load-child.mjs"), library));
  }
  return LIBRARIES.map((name, index) => ({ kind: "load", name, ...summary(times[index]) }));
}

/** Bytes of what a page fetches, gzipped: the cores, of which it takes one, and the code. */
export function measureSizes() {
  const cores = ["unrolled/core.wasm", "unrolled/core-relaxed.wasm"].map((name) => ({ name, urls: [import.meta.resolve(name)] }));
  const code = { name: "unrolled in a browser, without its core", urls: withImports(new URL("./index.web.js", cores[0].urls[0]).href) };
  return [...cores, code].map(({ name, urls }) => ({ kind: "size", name, gzip: gzipped(urls) }));
}
