/** Before the packaging tests: builds, packs, and installs the tarball in an empty folder outside of the repository. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { npm, run } from "./programs.js";

declare module "vitest" {
  interface ProvidedContext {
    /** What is in the tarball: paths. */
    packed: readonly string[];
    /** The folder in which the tarball is installed. */
    installed: string;
  }
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
  return () => rmSync(folder, { recursive: true, force: true });
}
