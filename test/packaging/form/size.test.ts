import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inject, test } from "vitest";
import { withoutCustomSections } from "../../../scripts/lib/sections.mjs";
import { gzipped, withImports } from "../../../scripts/lib/sizes.mjs";

const dist = join(inject("installed"), "node_modules/unrolled/dist");
const urlOf = (name: string): string => pathToFileURL(join(dist, name)).href;

const CORES = ["core.wasm", "core-relaxed.wasm"];
/** Bytes, gzipped: of a core, and of all that a page fetches. */
const BUDGET = { core: 60 * 1024, page: 140_000, worker: 7_000 };

test.each(CORES)("%s is within its budget", (core) => {
  expect(gzipped([urlOf(core)])).toBeLessThanOrEqual(BUDGET.core);
});

test.each(CORES)("what a page fetches is within its budget: the code and %s", (core) => {
  const code = withImports(urlOf("index.web.js"));
  // The entry, and what it shares with the others; not the cores in base64, which are for where they cannot be fetched.
  expect(code.length).toBeGreaterThan(1);
  expect(code).not.toContain(urlOf("bytes-inline.js"));
  expect(gzipped([...code, urlOf(core)])).toBeLessThanOrEqual(BUDGET.page);
});

test("the page of a Worker fetches little, and no core", () => {
  const code = withImports(urlOf("worker.js"));
  expect(code.some((url) => readFileSync(new URL(url), "utf8").includes("WebAssembly"))).toBe(false);
  expect(gzipped(code)).toBeLessThanOrEqual(BUDGET.worker);
});

test.each(CORES)("%s has no names of functions, which no engine needs", (core) => {
  const bytes = readFileSync(join(dist, core));
  expect(bytes.equals(withoutCustomSections(bytes))).toBe(true);
});

test("all code but the cores in base64 has a source map, which needs no other file", () => {
  const files = readdirSync(dist).filter((name) => name.endsWith(".js") && name !== "bytes-inline.js");
  expect(files.length).toBeGreaterThan(4);
  for (const name of files) {
    const code = readFileSync(join(dist, name), "utf8");
    expect(code, name).toContain(`//# sourceMappingURL=${name}.map`);
    const map = JSON.parse(readFileSync(join(dist, `${name}.map`), "utf8"));
    expect(map.sourcesContent, name).toHaveLength(map.sources.length);
  }
});
