// What only a process of its own can tell: peaks of memory, and the time until the first result.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { summary } from "../measure/statistics.mjs";

function child(file, argument) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const output = execFileSync(process.execPath, [...process.execArgv, script, argument], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** Bytes at their highest in three training steps: of the core, and of the whole process. */
export function measureMemory(lines) {
  return lines.map((line) => ({ kind: "memory", case: line.sizes, cell: line.cell, ...child("memory-child.mjs", JSON.stringify(line)) }));
}

const LIBRARIES = ["unrolled", "onnxruntime-web", "tfjs wasm", "jax-js"];
const STARTS = 7;

/** Milliseconds from nothing to the first result, the libraries in turns. */
export function measureLoad() {
  const times = LIBRARIES.map(() => []);
  for (let start = 0; start < STARTS; start++) {
    for (const [index, library] of LIBRARIES.entries()) times[index].push(child("load-child.mjs", library));
  }
  return LIBRARIES.map((name, index) => ({ kind: "load", name, ...summary(times[index]) }));
}

/** Bytes of what a page fetches, gzipped. */
export function measureSizes() {
  const gzipped = (file) => gzipSync(readFileSync(fileURLToPath(new URL(file, import.meta.url))), { level: 9 }).length;
  const specifiers = ["unrolled/core.wasm", "unrolled/core-relaxed.wasm"];
  return specifiers.map((name) => ({ kind: "size", name, gzip: gzipped(import.meta.resolve(name)) }));
}
