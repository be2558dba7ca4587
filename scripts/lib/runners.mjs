// What `npm test` runs. Each runner starts one program and says how many of its tests passed and failed.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { withFolder } from "./folder.mjs";
import { relaxedNode, relaxedNodeFolder } from "./node.mjs";
import { ask, npm, root, run } from "./run.mjs";
import { nativeEnv, target, variantEnv } from "./rust.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped?: string }} Result `skipped`: why nothing was run
 * @typedef {{ suite: "check" | "ts" | "rust" | "pack" | "package", name: string, run: () => Promise<Result> }} Runner
 */

/** A program that checks everything at once: one test, whose output is shown if it fails. */
async function check(program, args, env) {
  const { code, output } = await run(program, args, { env });
  if (code === 0) return { passed: 1, failed: 0 };
  console.log(output);
  return { passed: 0, failed: 1 };
}

const checkWithNode = (script, ...args) => check(process.execPath, [`node_modules/${script}`, ...args]);

/** What is tested of the tarball alone; all other packaging tests run it. */
const PACKED = "test/packaging/form";

/** Tests of whole programs, which choose their core themselves: once is enough. */
const PROGRAMS = ["test/examples/**", "test/cli/**", "test/worker/**"].flatMap((pattern) => ["--exclude", pattern]);

/** The cores are files. */
const WITHOUT_TYPES = ["--exclude-entrypoints", "./core.wasm", "./core-relaxed.wasm"];

/** A program that looks at what `npm pack` makes. */
function checkTarball(script, args) {
  return withFolder(async (folder) => {
    const [{ filename }] = JSON.parse(await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]));
    return checkWithNode(script, ...args(join(folder, filename)));
  });
}

/** A part of cargo that not every Rust has. */
async function checkWithCargo(part, ...args) {
  if (!(await ask("cargo", [part, "--version"], { env: nativeEnv })))
    return { passed: 0, failed: 0, skipped: `cargo ${part} is not installed` };
  return check("cargo", [part, ...args], nativeEnv);
}

/** `cargo test`: its summary lines, and all of its output if it fails. */
async function cargoTest(args, env) {
  const { code, output } = await run("cargo", ["test", "--workspace", "--no-fail-fast", ...args], { env });
  const summaries = output.match(/^test result: .*$/gm) ?? [];
  console.log(code === 0 ? summaries.join("\n") : output);
  const sum = (what) => summaries.reduce((total, line) => total + Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0), 0);
  return atLeastOneFailure(code, { passed: sum("passed"), failed: sum("failed") });
}

/** The tests of Rust again, compiled to a variant of the core and run in the Node of a folder. */
async function cargoTestWasm(variant, nodeFolder) {
  const env = await variantEnv(variant);
  const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: "wasm-bindgen-test-runner" };
  return cargoTest(["--tests", "--target", target], { ...env, ...runner, PATH: [nodeFolder, env.PATH].join(delimiter) });
}

/** vitest, which shows its progress itself and leaves the numbers in a file. */
async function vitest(node, args, env) {
  const report = join(root, ".cache", "vitest.json");
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const colors = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const { code } = await run(node, ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...args], {
    env: { ...colors, ...env },
    echo: true,
  });
  return atLeastOneFailure(code, countTests(report));
}

/** The tests in vitest's report; a file that failed although none of its tests did, perhaps because it could not be loaded, is one failure. */
function countTests(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const isBroken = ({ status, assertionResults }) => status === "failed" && assertionResults.every((test) => test.status !== "failed");
  return { passed: numPassedTests, failed: numFailedTests + testResults.filter(isBroken).length };
}

/** A program may fail before its first test and outside of all of them; and running no test at all is a failure too. */
function atLeastOneFailure(code, { passed, failed }) {
  if (passed + failed === 0) console.log("no test was run");
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

/** @type {readonly Runner[]} */
export const runners = [
  { suite: "check", name: "biome", run: () => checkWithNode("@biomejs/biome/bin/biome", "check", "--error-on-warnings") },
  { suite: "check", name: "types", run: () => checkWithNode("typescript/bin/tsc", "-p", "tsconfig.json") },
  { suite: "check", name: "types of the page", run: () => checkWithNode("typescript/bin/tsc", "-p", "site/tsconfig.json") },
  { suite: "check", name: "cargo fmt", run: () => checkWithCargo("fmt", "--all", "--check") },
  { suite: "check", name: "cargo clippy", run: () => checkWithCargo("clippy", "--workspace", "--all-targets", "--", "-D", "warnings") },
  { suite: "rust", name: "cargo test, native", run: () => cargoTest([], nativeEnv) },
  { suite: "rust", name: "cargo test, simd128", run: () => cargoTestWasm("simd128", dirname(process.execPath)) },
  { suite: "rust", name: "cargo test, relaxed", run: () => cargoTestWasm("relaxed", relaxedNodeFolder) },
  { suite: "ts", name: "vitest, simd128", run: () => vitest(process.execPath, ["--project", "unit"], { UNROLLED_SIMD: "simd128" }) },
  {
    suite: "ts",
    name: "vitest, relaxed",
    run: () => vitest(relaxedNode, ["--project", "unit", ...PROGRAMS], { UNROLLED_SIMD: "relaxed" }),
  },
  { suite: "pack", name: "publint", run: () => checkTarball("publint/src/cli.js", (tarball) => ["run", tarball, "--strict"]) },
  {
    suite: "pack",
    name: "are the types wrong",
    run: () => checkTarball("@arethetypeswrong/cli/dist/index.js", (tarball) => [tarball, "--profile", "esm-only", ...WITHOUT_TYPES]),
  },
  { suite: "pack", name: "knip", run: () => checkWithNode("knip/bin/knip.js", "--treat-config-hints-as-errors") },
  { suite: "pack", name: "sizes, files and API", run: () => vitest(process.execPath, ["--project", "packaging", PACKED], {}) },
  { suite: "package", name: "page", run: () => vitest(process.execPath, ["--project", "site"], {}) },
  {
    suite: "package",
    name: "packaging",
    run: () => vitest(process.execPath, ["--project", "packaging", "--exclude", `${PACKED}/**`], {}),
  },
];
