import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { coresOf, openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInJavaScript } from "../support/project.js";
import { serveFolder } from "../support/server.js";
import { noFirefox, openInFirefox } from "./firefox.js";

withChromium();

/** Without a bundler: the package's own files, found by a path. */
function plainPage(): string {
  const { "train.js": train = "", "main.js": main = "" } = trainInJavaScript();
  const fromPath = train.replace('from "unrolled"', 'from "./node_modules/unrolled/dist/index.web.js"');
  return project({ "index.html": pageOf("./main.js"), "train.js": fromPath, "main.js": main });
}

entry("a plain page in Chromium", noChromium, async () => {
  const { result, warnings, asked } = await openFolder(plainPage());
  expectTrained(result, /\/unrolled\/dist\/core\.wasm$/);
  expect(coresOf(asked)).toEqual(["core.wasm 200"]);
  expect(warnings).toEqual([]);
});

entry("a plain page in Firefox", noFirefox, async () => {
  const folder = plainPage();
  expect(existsSync(join(folder, "index.html"))).toBe(true);
  const files = await serveFolder(folder);
  try {
    expectTrained(await openInFirefox(files.url), /\/unrolled\/dist\/core\.wasm$/);
    expect(coresOf(files.asked)).toEqual(["core.wasm 200"]);
  } finally {
    await files.close();
  }
});
