// `npm run build`: the cores, then dist/; each part only where its sources have changed.
// `npm run build:wasm`: the cores alone, which is all that the tests of ts/ need.

import { pathToFileURL } from "node:url";
import { buildDist } from "./lib/bundle.mjs";
import { main } from "./lib/steps.mjs";
import { inTurn } from "./lib/turn.mjs";
import { buildWasm } from "./lib/wasm.mjs";

export function build() {
  return inTurn("build", async () => {
    await buildWasm();
    await buildDist();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv[2] === "wasm" ? buildWasm : build);
