// Where results come from: without it a number says nothing.

import { cpus, loadavg, totalmem } from "node:os";
import { backend } from "unrolled";

function engine() {
  const { bun, node, v8, webkit } = process.versions;
  return bun
    ? { name: "Bun", version: bun, compiler: `JavaScriptCore ${webkit ?? ""}`.trim() }
    : { name: "Node", version: node, compiler: `V8 ${v8}` };
}

/** The load of the machine is what tells a quiet run from another one. */
export function environment() {
  return {
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, memory: totalmem(), load: loadavg()[0] },
    engine: engine(),
    simd: backend().simd,
    flags: [...process.execArgv, ...(process.env["NODE_OPTIONS"]?.split(" ") ?? [])],
  };
}
