// `npm test`: sets up and builds what is missing, then runs everything, goes on after a failure and sums up.
// `node scripts/test.mjs SUITE…` runs some of the suites: check, rust, ts, pack, package.

import { build } from "./build.mjs";
import { runners } from "./lib/runners.mjs";
import { duration, explain } from "./lib/steps.mjs";
import { buildWasm } from "./lib/wasm.mjs";
import { setup } from "./setup.mjs";

/** Runs one runner between a heading and its numbers; an exception is one failure. */
async function runOne({ name, run }) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const result = await run().catch((error) => {
    console.log(explain(error));
    return { passed: 0, failed: 1 };
  });
  const time = duration(performance.now() - start);
  console.log(result.skipped ? `skipped: ${result.skipped}` : `${name}: ${result.passed} passed, ${result.failed} failed in ${time}`);
  return { name, time, ...result };
}

/** What the runners need: a runner that counts only if it fails. */
function preparation(name, action) {
  return { name, run: () => action().then(() => ({ passed: 0, failed: 0 })) };
}

/** The package is tested as it is built; the sources only need the cores; Rust's tests compile what they need. */
function preparations(suites) {
  const setUp = preparation("set-up", () => setup({ forTests: true }));
  if (suites.has("package") || suites.has("pack")) return [setUp, preparation("build", build)];
  return suites.has("ts") || suites.has("check") ? [setUp, preparation("build of the cores", buildWasm)] : [setUp];
}

const asked = process.argv.slice(2);
const chosen = runners.filter(({ suite }) => asked.length === 0 || asked.includes(suite));
if (chosen.length === 0) throw new Error(`test: the suites must be among check, rust, ts, pack, package, got ${asked.join(", ")}`);

const results = [];
for (const runner of [...preparations(new Set(chosen.map(({ suite }) => suite))), ...chosen]) results.push(await runOne(runner));

console.log("\n── summary");
for (const { name, passed, failed, time, skipped } of results)
  console.log(`${name}: ${skipped ?? `${passed} passed, ${failed} failed, ${time}`}`);
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
