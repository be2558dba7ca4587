// `npm run demo`, after ensure.mjs: bundles the example, which is TypeScript, and runs it with the package as it is built.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./lib/run.mjs";

/** Inside the repository `unrolled` and what is in node_modules/ are found by their names. */
const bundle = join(root, ".cache", "demo", "main.mjs");

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["examples/moby-dick/main.ts"],
  bundle: true,
  packages: "external",
  // The paths of tsconfig.json lead to the sources: the example is a user of what was built.
  tsconfigRaw: "{}",
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  write: false,
  logLevel: "warning",
});
// As a whole or not at all: another demo may be reading the old one.
mkdirSync(dirname(bundle), { recursive: true });
const unfinished = `${bundle}.${process.pid}`;
writeFileSync(unfinished, outputFiles[0].contents);
renameSync(unfinished, bundle);

await import(pathToFileURL(bundle).href);
