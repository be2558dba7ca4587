// Other Nodes for tests, kept out of node_modules so that npm's scripts go on running in the user's own.

import { existsSync, mkdirSync } from "node:fs";
import { newerNodeVersion, nodeFolder, nodeOf, nodePackage, nodeVersions, relaxedNode } from "../lib/node.mjs";
import { npm } from "../lib/run.mjs";
import { step } from "../lib/steps.mjs";

async function install(version, purpose) {
  const folder = nodeFolder(version);
  mkdirSync(folder, { recursive: true });
  const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  await step(`Node ${version} ${purpose}`, () => npm(["install", ...options, `${nodePackage}@${version}`]));
}

/** The Node for the tests of relaxed SIMD. */
export async function newerNode() {
  if (!existsSync(relaxedNode)) await install(newerNodeVersion, "for the tests of relaxed SIMD");
}

/** The Nodes in which the package is tried. */
export async function matrixNodes() {
  const wanted = Object.keys(nodeVersions).map((major) => nodeOf(Number(major)));
  for (const { path, version } of wanted) {
    if (version !== undefined && !existsSync(path)) await install(version, "for the tests of the package");
  }
}
