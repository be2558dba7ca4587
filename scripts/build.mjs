// `npm run build`: the cores, the bundles and the declarations, each only where its sources have changed.
// `npm run build:wasm`: the cores alone.

import { main } from "./lib/steps.mjs";
import { buildWasm } from "./lib/wasm.mjs";

await main(async () => {
  await buildWasm();
});
