import { existsSync } from "node:fs";
import { describe } from "vitest";
import { nodeOf } from "../../../scripts/lib/node.mjs";
import { run } from "../programs.js";
import { entry, expectTrained, resultOf } from "../support/matrix.js";
import { project, trainInJavaScript } from "../support/project.js";

describe("the same 50 losses", () => {
  for (const major of [20, 22, 24]) {
    const { path, version } = nodeOf(major);
    const reason = existsSync(path) ? undefined : `Node ${version} is not installed: npm run setup`;
    entry(`Node ${major}`, reason, () => {
      const folder = project(trainInJavaScript());
      expectTrained(resultOf(run(path, ["main.js"], folder)), /unrolled\/dist\/core\.wasm$/);
    });
  }
});
