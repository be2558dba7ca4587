// Skipping work whose inputs have not changed: a stamp holds the hash of the inputs that an output was made from.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./run.mjs";

/** Every file under `path` (a file or a folder, relative to the repository), sorted; folders that match `skip` are left out. */
export function files(path, skip = /^(node_modules|target|pkg)$/) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .filter((name) => !skip.test(name))
    .sort()
    .flatMap((name) => files(`${path}/${name}`, skip));
}

/** A hash of the names and contents of files and folders and of some texts. */
export function hash(paths, ...texts) {
  const sum = createHash("sha256");
  for (const text of texts) sum.update(`${text}\0`);
  for (const file of paths.flatMap((path) => files(path))) sum.update(`${file}\0`).update(readFileSync(join(root, file)));
  return sum.digest("hex");
}

const stampFile = (name) => join(root, ".cache", "stamps", name);

/** Whether `name` was last made from inputs with this hash and its outputs are still there. */
export function isFresh(name, inputs, outputs) {
  const file = stampFile(name);
  return existsSync(file) && readFileSync(file, "utf8") === inputs && outputs.every((output) => existsSync(join(root, output)));
}

/** Notes what `name` was made from. */
export function stamp(name, inputs) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), inputs);
}
