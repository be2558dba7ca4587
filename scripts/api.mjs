// `npm run api`: writes down the public API as it is built now. What changes in these files changes for users.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { apiFile, publicApi } from "./lib/api.mjs";
import { root } from "./lib/run.mjs";
import { main } from "./lib/steps.mjs";

await main(async () => {
  await build();
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.entries(publicApi(exports));
  const folder = dirname(apiFile("unrolled"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of entries) {
    writeFileSync(apiFile(name), text);
    console.log(`${name}: ${text.split("\n").length} lines`);
  }
});
