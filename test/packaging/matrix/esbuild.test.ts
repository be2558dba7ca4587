import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { expect, test } from "vitest";
import { run } from "../programs.js";
import { noChromium } from "../support/browser.js";
import { coresOf, openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained, resultOf } from "../support/matrix.js";
import { pageOf, project, trainInTypeScript } from "../support/project.js";

withChromium();

/** Bundles a project into its folder built/, with a page beside it. */
async function bundle(folder: string, options: BuildOptions): Promise<string> {
  const outdir = join(folder, "built");
  const fixed: BuildOptions = { absWorkingDir: folder, entryPoints: ["main.ts"], outdir, bundle: true, format: "esm", logLevel: "warning" };
  await build({ ...fixed, ...options });
  writeFileSync(join(outdir, "index.html"), pageOf("./main.js"));
  return outdir;
}

entry("esbuild with code splitting: the text of the core is a file of its own, which is loaded after a 404", noChromium, async () => {
  const built = await bundle(project(trainInTypeScript()), { splitting: true });
  const { result, asked } = await openFolder(built);
  expectTrained(result, /^inline$/);
  expect(coresOf(asked)).toEqual(["core.wasm 404"]);
  expect(asked.some((path) => /bytes-inline-\w+\.js 200$/.test(path))).toBe(true);
});

entry("esbuild without code splitting, minified, on a server that answers every path with the page", noChromium, async () => {
  const built = await bundle(project(trainInTypeScript()), { minify: true });
  const { result, asked } = await openFolder(built, { pageForAll: true });
  expectTrained(result, /^inline$/);
  expect(coresOf(asked)).toEqual(["core.wasm 200"]);
});

entry("esbuild, with the core copied beside the bundle as the warning says", noChromium, async () => {
  const folder = project(trainInTypeScript());
  const built = await bundle(folder, { splitting: true, minify: true });
  copyFileSync(join(folder, "node_modules/unrolled/dist/core.wasm"), join(built, "core.wasm"));
  const { result, warnings, asked } = await openFolder(built);
  expectTrained(result, /core\.wasm$/);
  expect(warnings).toEqual([]);
  expect(asked.filter((path) => path.includes("bytes-inline"))).toEqual([]);
});

test("esbuild for Node: one file with unrolled/inline", async () => {
  const files = trainInTypeScript();
  const folder = project({ ...files, "train.ts": files["train.ts"]?.replace('from "unrolled"', 'from "unrolled/inline"') ?? "" });
  const built = await bundle(folder, { platform: "node" });
  expect(readdirSync(built)).toEqual(["index.html", "main.js"]);
  expectTrained(resultOf(run(process.execPath, ["built/main.js"], folder)), /^inline$/);
});

test("esbuild for Node: one file without the core fails, and says what to import", async () => {
  const folder = project(trainInTypeScript());
  await bundle(folder, { platform: "node" });
  expect(run(process.execPath, ["built/main.js"], folder)).toContain('a bundle of one file loses it: import "unrolled/inline"');
});
