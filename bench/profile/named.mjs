// The library with the names of its functions, by which a profile tells the phases: the package has neither those of the code nor those of the cores.

import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const SOURCES = new URL("../../ts/wasm/", import.meta.url);
const FOLDER = new URL("../../.cache/profile/", import.meta.url);

/** Bundles the sources as they are; returns the URL of the module, beside which lie the cores. */
export function buildNamed() {
  const module = new URL("index.mjs", FOLDER);
  buildSync({
    entryPoints: [fileURLToPath(new URL("entry-node.ts", SOURCES))],
    outfile: fileURLToPath(module),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    logLevel: "warning",
  });
  for (const core of ["core.wasm", "core-relaxed.wasm"]) copyFileSync(new URL(core, SOURCES), new URL(core, FOLDER));
  return module.href;
}
