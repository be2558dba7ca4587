// npm packages: `npm ci` unless what package-lock.json names is there already.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root } from "../lib/run.mjs";
import { step } from "../lib/steps.mjs";

const packagesOf = (lockFile) => JSON.parse(readFileSync(join(root, lockFile), "utf8")).packages;

/** npm notes what it installed in a hidden lock file; packages for other systems are missing there. */
function isInstalled() {
  const hidden = "node_modules/.package-lock.json";
  if (!existsSync(join(root, hidden))) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf("package-lock.json")).every(
    ([path, wanted]) => path === "" || (installed[path] ? installed[path].version === wanted.version : wanted.optional),
  );
}

export async function npmPackages() {
  if (isInstalled()) return;
  await step("npm packages", () => npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]));
}
