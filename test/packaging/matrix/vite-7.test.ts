import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { openInChromium, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInTypeScript } from "../support/project.js";
import { withViteServer } from "../support/vite-server.js";

withChromium();
const files = (): Record<string, string> => ({ ...trainInTypeScript(), "index.html": pageOf("/main.ts") });

entry("Vite 7, development server", noChromium, async () => {
  const { result, warnings } = await withViteServer("test/packaging/matrix/node_modules/vite-7", project(files()), openInChromium);
  expectTrained(result, /^inline$/);
  expect(warnings).toEqual([expect.stringContaining("unrolled: there is no core")]);
});
