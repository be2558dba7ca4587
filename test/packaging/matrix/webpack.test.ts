import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import webpack from "webpack";
import { noChromium } from "../support/browser.js";
import { coresOf, openFolder, withChromium } from "../support/bundled.js";
import { entry, expectTrained } from "../support/matrix.js";
import { pageOf, project, trainInJavaScript } from "../support/project.js";

withChromium();

/** Builds main.js into built/; what webpack warns of, other than of sizes, is an error. */
async function bundle(context: string, mode: "development" | "production"): Promise<void> {
  // The development build's usual source maps are made by eval, which the policy of the page forbids.
  const devtool = mode === "development" ? ("source-map" as const) : false;
  const compiler = webpack({ context, mode, devtool, entry: "./main.js", output: { path: join(context, "built") }, performance: false });
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
    compiler?.run((error, done) => (error ? reject(error) : resolve(done))),
  );
  await new Promise((resolve) => compiler?.close(resolve));
  expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
}

for (const mode of ["production", "development"] as const) {
  entry(`webpack 5, ${mode}: the core is an asset`, noChromium, async () => {
    const folder = project(trainInJavaScript());
    await bundle(folder, mode);
    writeFileSync(join(folder, "built/index.html"), pageOf("./main.js"));
    const { result, warnings, asked } = await openFolder(join(folder, "built"));
    expectTrained(result, /\/\w+\.wasm$/);
    expect(coresOf(asked)).toEqual([expect.stringMatching(/^\w+\.wasm 200$/)]);
    expect(warnings).toEqual([]);
  });
}
