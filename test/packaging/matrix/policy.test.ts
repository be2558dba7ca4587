import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { javascript, pageOf, project } from "../support/project.js";
import { STRICT } from "../support/server.js";

withChromium();

/** The plain page, with another way to load the core. */
function pageWith(init: string): string {
  const train = javascript("train")
    .replace('from "unrolled"', 'from "./node_modules/unrolled/dist/index.web.js"')
    .replace(/await init\([^)]*\)/, init);
  const folder = project({ "index.html": pageOf("./main.js"), "train.js": train, "main.js": javascript("main") });
  const core = readFileSync(join(folder, "node_modules/unrolled/dist/core.wasm"));
  writeFileSync(join(folder, "core-bytes.js"), `export const bytes = new Uint8Array([${core.join(",")}]);`);
  return folder;
}

entry("wasm-unsafe-eval is all that a content security policy must allow", noChromium, async () => {
  expect(STRICT).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expectTrained((await openFolder(pageWith('await init({ simd: "simd128" })'))).result, /core\.wasm$/);
  await expect(openFolder(pageWith('await init({ simd: "simd128" })'), { policy: "default-src 'self'" })).rejects.toThrow(/WebAssembly/);
});

const NO_FETCH = `${STRICT}; connect-src 'none'`;

entry("where a page may not fetch, init takes bytes", noChromium, async () => {
  const folder = pageWith('await init({ wasm: (await import("./core-bytes.js")).bytes })');
  expectTrained((await openFolder(folder, { policy: NO_FETCH })).result, /^bytes$/);
});

entry("where a page may not fetch, init takes a compiled module", noChromium, async () => {
  const folder = pageWith('await init({ wasm: await WebAssembly.compile((await import("./core-bytes.js")).bytes) })');
  expectTrained((await openFolder(folder, { policy: NO_FETCH })).result, /^module$/);
});

entry("where a page may not fetch, the core is loaded as text without being told so", noChromium, async () => {
  const { result, warnings } = await openFolder(pageWith('await init({ simd: "simd128" })'), { policy: NO_FETCH });
  expectTrained(result, /^inline$/);
  expect(warnings).toContainEqual(expect.stringContaining("unrolled: there is no core at http"));
});
