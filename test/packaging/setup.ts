/** Before the packaging tests: builds, packs, and installs the tarball in an empty folder outside of the repository. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import type { TestProject } from "vitest/node";
import { inRepository, npm, run } from "./programs.js";

declare module "vitest" {
  interface ProvidedContext {
    /** What is in the tarball: paths. */
    packed: readonly string[];
    /** The folder in which the tarball is installed. */
    installed: string;
    /** The bits of the losses of matrix/programs/train.ts in this Node. */
    losses: readonly string[];
  }
}

/** Trains with the installed package in the Node that runs this. */
function lossesHere(folder: string): readonly string[] {
  for (const name of ["train", "main"]) {
    const code = readFileSync(inRepository(`test/packaging/matrix/programs/${name}.ts`), "utf8");
    writeFileSync(join(folder, `${name}.js`), transformSync(code, { loader: "ts", target: "es2022" }).code);
  }
  const output = run(process.execPath, ["main.js"], folder);
  const { losses } = JSON.parse(output.slice("result ".length));
  rmSync(join(folder, "main.js"));
  return losses;
}

export default function setup(project: TestProject): () => void {
  run(process.execPath, ["scripts/build.mjs"]);
  const folder = mkdtempSync(join(tmpdir(), "unrolled-package-"));
  const [tarball] = JSON.parse(npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "someone", private: true, type: "module" }));
  // It has no dependencies, hence needs no network.
  npm(["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball.filename)], folder);
  project.provide(
    "packed",
    tarball.files.map(({ path }: { path: string }) => path),
  );
  project.provide("installed", folder);
  project.provide("losses", lossesHere(folder));
  return () => rmSync(folder, { recursive: true, force: true });
}
