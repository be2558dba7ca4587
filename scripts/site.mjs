// The page, after ensure.mjs. `npm run site` builds it as static files, `npm run site:dev` serves it while it is worked on, `npm run site:test` builds it
// and drives it in Chromium. `node scripts/site.mjs pictures` trains all panels and takes the pictures of docs/site.md, or those of
// the panels that are named.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build, createServer } from "vite";
import { findChromium } from "./lib/browser.mjs";
import { root } from "./lib/run.mjs";
import { main, StepError } from "./lib/steps.mjs";
import { npmPackages } from "./setup/npm-packages.mjs";
import { takePictures } from "./site/pictures.mjs";

const configFile = fileURLToPath(new URL("../site/vite.config.ts", import.meta.url));

async function buildSite() {
  // Vite believes it: a test that builds the page builds the one that people get.
  process.env["NODE_ENV"] = "production";
  await build({ configFile, logLevel: "warn" });
  console.log("The page is in site/dist: static files, for any folder of any server.");
}

const actions = {
  build: buildSite,
  async dev() {
    const server = await createServer({ configFile });
    await server.listen();
    server.printUrls();
  },
  async test() {
    if (!findChromium())
      throw new StepError("site: a Chromium must be installed, got none", "npm run setup installs one, or CHROMIUM names one.");
    const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "site"], {
      cwd: root,
      stdio: "inherit",
    });
    process.exitCode = status ?? 1;
  },
  async pictures(...panels) {
    await buildSite();
    await takePictures(panels);
  },
};

await main(async () => {
  const [name = "build", ...rest] = process.argv.slice(2);
  if (!Object.hasOwn(actions, name))
    throw new StepError(`site: it must be one of ${Object.keys(actions).join(", ")}, got ${name}`, "npm run site builds the page.");
  await npmPackages("site");
  await actions[name](...rest);
});
