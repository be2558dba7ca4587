// The licences of what is bundled into dist/: dist/LICENSES.txt.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/** The folders of the packages that esbuild's `inputs` came from, `node_modules/@observablehq/plot`, in order. */
export function packagesOf(inputs) {
  const folders = inputs.map((path) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** The notice of a package: name, version, licence and its text. What has no text of a licence must not be bundled. */
export function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  if (file === undefined || license === undefined) throw new Error(`${name} ${version} has no licence in ${folder}: it cannot be bundled`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
}

const HEAD = "unrolled is under the licence in LICENSE. Some files of dist/ contain parts of these packages:\n";
const RULE = `\n${"-".repeat(80)}\n\n`;

/** All notices, for a build's metafile: only of inputs that a file of dist/ has got bytes of. */
export function notices({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0));
  const packages = packagesOf(used).filter((folder) => existsSync(join(root, folder)));
  return [HEAD, ...packages.map(noticeOf)].join(RULE);
}
