// Writes what the repository says of speed, from bench/results alone: the table in README.md, docs/benchmarks.md, and its picture.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readmeSection, replaceBetween } from "../bench/report/markdown.mjs";
import { page } from "../bench/report/page.mjs";
import { picture } from "../bench/report/picture.mjs";
import { newest, readAll } from "../bench/report/results.mjs";
import { root } from "./lib/run.mjs";
import { main, StepError } from "./lib/steps.mjs";

/** What the README shows: the newest Node, with relaxed SIMD if it was measured; of several such runs the last. */
function mainRun(settings) {
  const rank = ({ engine, simd }) => [engine.name === "Node", simd === "relaxed", Number.parseInt(engine.version, 10)].map(Number);
  const [best] = [...settings.values()].reverse().sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    const at = first.findIndex((value, index) => value !== second[index]);
    return at < 0 ? 0 : second[at] - first[at];
  });
  return best;
}

await main(async () => {
  const settings = newest(readAll());
  if (settings.size === 0)
    throw new StepError("bench-table: bench/results must hold results, got none", "`npm run bench -- --json` writes them.");
  const run = mainRun(settings);
  const readme = join(root, "README.md");
  const section = readmeSection(run, "docs/benchmarks.svg");
  writeFileSync(readme, replaceBetween(readFileSync(readme, "utf8"), "<!-- bench:start -->", "<!-- bench:end -->", section));
  writeFileSync(join(root, "docs/benchmarks.md"), page([run, ...[...settings.values()].filter((each) => each !== run)]));
  writeFileSync(join(root, "docs/benchmarks.svg"), picture(run));
  console.log(`written from ${[...settings.keys()].join(", ")}: README.md, docs/benchmarks.md, docs/benchmarks.svg`);
});
