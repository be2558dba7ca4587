// Running an example, which is TypeScript, with the package as it is built.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./run.mjs";

/**
 * Bundles examples/FOLDER/main.ts and runs it.
 *
 * The bundle lies in .cache/FOLDER: inside the repository `unrolled` and what is in node_modules/ are found by their names, and it is as deep
 * as the example, so that a path from `import.meta.url` by way of the repository's folder is right in both.
 *
 * @param {string} folder
 */
export async function runExample(folder) {
  const bundle = join(root, ".cache", folder, "main.mjs");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`examples/${folder}/main.ts`],
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
  // As a whole or not at all: another process may be reading the old one.
  mkdirSync(dirname(bundle), { recursive: true });
  const unfinished = `${bundle}.${process.pid}`;
  writeFileSync(unfinished, outputFiles[0].contents);
  renameSync(unfinished, bundle);
  await import(pathToFileURL(bundle).href);
}
