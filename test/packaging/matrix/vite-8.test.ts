import { join } from "node:path";
import { build } from "vite";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { coresOf, openFolder, openInChromium, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInTypeScript } from "../support/project.js";
import { withViteServer } from "../support/vite-server.js";

withChromium();
const files = (): Record<string, string> => ({ ...trainInTypeScript(), "index.html": pageOf("/main.ts") });

entry("Vite 8, build: the core is an asset", noChromium, async () => {
  const root = project(files());
  await build({ root, configFile: false, logLevel: "warn" });
  const { result, warnings, asked } = await openFolder(join(root, "dist"));
  expectTrained(result, /\/assets\/core-[\w-]{8}\.wasm$/);
  expect(coresOf(asked)).toEqual([expect.stringMatching(/^core-[\w-]{8}\.wasm 200$/)]);
  expect(warnings).toEqual([]);
});

entry("Vite 8, development server", noChromium, async () => {
  const { result, warnings } = await withViteServer("node_modules/vite", project(files()), openInChromium);
  expectTrained(result, /core\.wasm$/);
  expect(warnings).toEqual([]);
});
