import { existsSync } from "node:fs";
import { expect } from "vitest";
import { nodeOf } from "../../../scripts/lib/node.mjs";
import { inRepository, run } from "../programs.js";
import { entry, expectTrained, missing } from "../support/matrix.js";
import { javascript, project } from "../support/project.js";

const node = nodeOf(22);
const wrangler = "test/packaging/matrix/node_modules/wrangler/bin/wrangler.js";
const reason = existsSync(node.path) ? missing(wrangler, "wrangler") : `Node ${node.version} is not installed: npm run setup`;

/** Runs what wrangler has built in workerd, and prints the answer. */
const drive = `
import { Miniflare } from ${JSON.stringify(inRepository("test/packaging/matrix/node_modules/miniflare/dist/src/index.js"))};
const miniflare = new Miniflare({
  modules: true,
  modulesRoot: "built",
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  scriptPath: "built/workerd.js",
  compatibilityDate: process.argv[2],
});
const response = await miniflare.dispatchFetch("http://localhost/");
console.log(await response.text());
await miniflare.dispose();
`;

/** The oldest date has no FinalizationRegistry. */
for (const date of ["2024-09-23", "2026-07-30"]) {
  entry(`workerd of ${date}, built by wrangler, gives the same 50 losses`, reason, () => {
    const folder = project({
      "train.js": javascript("train"),
      "workerd.js": javascript("workerd"),
      "drive.mjs": drive,
      "wrangler.json": JSON.stringify({ name: "someone", main: "workerd.js", compatibility_date: date }),
    });
    const env = { WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: folder, XDG_CONFIG_HOME: folder, CI: "true" };
    run(node.path, [inRepository(wrangler), "deploy", "--dry-run", "--outdir", "built"], folder, env);
    const answer = JSON.parse(run(node.path, ["drive.mjs", date], folder, env));
    expect(answer.two).toBe(2);
    expectTrained(answer, /^core\.wasm$/);
  });
}
