// A newer Node for the tests of the relaxed variant, kept out of node_modules so that npm's scripts go on running in the user's own.

import { existsSync, mkdirSync } from "node:fs";
import { newerNodeFolder, newerNodePackage, newerNodeVersion, relaxedNode } from "../lib/node.mjs";
import { npm } from "../lib/run.mjs";
import { step } from "../lib/steps.mjs";

export async function newerNode() {
  if (existsSync(relaxedNode)) return;
  mkdirSync(newerNodeFolder, { recursive: true });
  const options = ["--prefix", newerNodeFolder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  await step(`Node ${newerNodeVersion} for the tests of relaxed SIMD`, () =>
    npm(["install", ...options, `${newerNodePackage}@${newerNodeVersion}`]),
  );
}
