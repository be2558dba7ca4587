// Another build of unrolled, of another checkout: a copy of its own in the same process, in turns with the present one.

import { execFileSync } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { backend } from "unrolled";
import { peer } from "./unrolled.mjs";

/** The commit that a folder is at; nothing if it is in no repository. */
function commitOf(folder) {
  try {
    return execFileSync("git", ["-C", folder, "describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} dist the dist folder of a checkout that is built
 * @returns a peer, which also says where its cores are
 */
export async function loadBefore(dist) {
  const library = await import(pathToFileURL(join(dist, "index.node.js")).href);
  await library.init({ simd: backend().simd });
  const root = basename(dist) === "dist" ? dirname(dist) : dist;
  const short = `before (${basename(root)})`;
  const before = peer(library, `unrolled ${short}`);
  const commit = commitOf(root);
  return { ...before, short, cores: dist, load: () => [before.load(), ...(commit === undefined ? [] : [commit])].join(", ") };
}
