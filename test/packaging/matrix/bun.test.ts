import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../programs.js";
import { noChromium } from "../support/browser.js";
import { openFolder, withChromium } from "../support/bundled.js";
import { bun } from "../support/engines.js";
import { entry, expectTold, expectTrained, resultOf } from "../support/matrix.js";
import { javascript, pageOf, project, trainInTypeScript } from "../support/project.js";

entry("Bun gives the same 50 losses", bun.missing, () => {
  const folder = project(trainInTypeScript());
  expectTrained(resultOf(run(bun.path, ["main.ts"], folder)), /unrolled\/dist\/core\.wasm$/);
});

withChromium();

entry("Bun's bundler, for a page", bun.missing ?? noChromium, async () => {
  const folder = project(trainInTypeScript());
  run(bun.path, ["build", "main.ts", "--target", "browser", "--splitting", "--outdir", "built"], folder);
  writeFileSync(join(folder, "built/index.html"), pageOf("./main.js"));
  const { result } = await openFolder(join(folder, "built"));
  expectTrained(result, /^inline$|core[\w-]*\.wasm$/);
});

entry("Bun, in a Worker: trains, and is told of failures", bun.missing, () => {
  const folder = project({ "train.js": javascript("train"), "job.js": javascript("job"), "main.js": javascript("web-worker") });
  const result = resultOf(run(bun.path, ["main.js"], folder));
  expectTrained(result, /unrolled\/dist\/core\.wasm$/);
  expectTold(result);
});
