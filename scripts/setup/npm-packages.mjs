// npm packages: `npm ci` unless what package-lock.json names is there already.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root } from "../lib/run.mjs";
import { step } from "../lib/steps.mjs";

const packagesOf = (lockFile) => JSON.parse(readFileSync(lockFile, "utf8")).packages;

/** npm notes what it installed in a hidden lock file; packages for other systems are missing there. */
function isInstalled(folder) {
  const hidden = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(folder, "package-lock.json"))).every(
    ([path, wanted]) =>
      !path.startsWith("node_modules/") || (installed[path] ? installed[path].version === wanted.version : wanted.optional),
  );
}

/** The packages of the repository, or of a folder in it that has its own. */
export async function npmPackages(name = "") {
  const folder = join(root, name);
  if (isInstalled(folder)) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  await step(name === "" ? "npm packages" : `npm packages of ${name}/`, () => npm(args));
}
