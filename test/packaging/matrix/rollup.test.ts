import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { expect } from "vitest";
import { noChromium } from "../support/browser.js";
import { coresOf, openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInJavaScript } from "../support/project.js";

withChromium();

entry("Rollup, which does not copy the core: it is loaded as text, and a warning says so", noChromium, async () => {
  const folder = project(trainInJavaScript());
  const bundle = await rollup({ input: join(folder, "main.js"), plugins: [nodeResolve({ browser: true })] });
  await bundle.write({ dir: join(folder, "built"), format: "es" });
  writeFileSync(join(folder, "built/index.html"), pageOf("./main.js"));
  const { result, warnings, asked } = await openFolder(join(folder, "built"));
  expectTrained(result, /^inline$/);
  expect(coresOf(asked)).toEqual(["core.wasm 404"]);
  expect(warnings.filter((text) => text.startsWith("unrolled: there is no core at http"))).toHaveLength(1);
});
