// What a page fetches.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** A module of JavaScript as the build writes it, and all that it imports statically: URLs. */
export function withImports(url) {
  const imports = readFileSync(new URL(url), "utf8").matchAll(/\b(?:from|import)\s*"(\.[^"]+)"/g);
  const urls = [...imports].flatMap(([, path]) => withImports(new URL(path, url).href));
  return [...new Set([url, ...urls])];
}

/** Bytes of files together, each gzipped by itself, as servers do it. */
export function gzipped(urls) {
  return urls.reduce((sum, url) => sum + gzipSync(readFileSync(new URL(url)), { level: 9 }).length, 0);
}
