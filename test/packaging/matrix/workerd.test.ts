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
import { readFileSync, readdirSync } from "node:fs";
import { Miniflare } from ${JSON.stringify(inRepository("test/packaging/matrix/node_modules/miniflare/dist/src/index.js"))};
const kinds = { js: "esm", wasm: "wasm" };
const modules = Object.fromEntries(
  readdirSync("built").flatMap((name) => {
    const type = kinds[name.split(".").at(-1)];
    return type ? [[name, { type, contents: readFileSync("built/" + name, type === "esm" ? "utf8" : null) }]] : [];
  }),
);
const manifest = { mainModule: "workerd.js", modulesRoot: "/", modules };
const miniflare = new Miniflare({ workers: [{ config: { name: "someone", compatibilityDate: process.argv[2], manifest } }] });
const response = await miniflare.dispatchFetch("http://localhost/");
console.log(await response.text());
await miniflare.dispose();
`;

/** What a Worker of that compatibility date answers, built by wrangler as it would be deployed. */
function answerOf(date: string): { atOnce: string; error?: string } {
  const folder = project({
    "train.js": javascript("train"),
    "workerd.js": javascript("workerd"),
    "drive.mjs": drive,
    "wrangler.json": JSON.stringify({ name: "someone", main: "workerd.js", compatibility_date: date }),
  });
  const env = { WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: folder, XDG_CONFIG_HOME: folder, CI: "true" };
  run(node.path, [inRepository(wrangler), "deploy", "--dry-run", "--outdir", "built"], folder, env);
  return JSON.parse(run(node.path, ["drive.mjs", date], folder, env));
}

entry("workerd, built by wrangler, gives the same 50 losses", reason, () => {
  const answer = answerOf("2025-05-05");
  expect(answer.atOnce).toMatch(/^core(-relaxed)?\.wasm$/);
  expectTrained(answer, /^core\.wasm$/);
});

entry("workerd of a date before it had FinalizationRegistry: an error says so", reason, () => {
  expect(answerOf("2025-05-04").error).toBe(
    "UnrolledError: unrolled: the engine must be one with FinalizationRegistry and WeakRef, got one without; Cloudflare's Workers have both from the compatibility date 2025-05-05 on",
  );
});
