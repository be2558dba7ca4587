// `npm run bench`, after ensure.mjs: installs what the benchmarks compare with, and runs them. `-- --help` lists the options.
// `--engine` says where: a Node that has relaxed SIMD (newer, the default), the Node that runs this (this), or Bun (bun); `--simd` the level.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { relaxedNode } from "./lib/node.mjs";
import { root } from "./lib/run.mjs";
import { main, StepError } from "./lib/steps.mjs";
import { newerNode } from "./setup/newer-node.mjs";
import { npmPackages } from "./setup/npm-packages.mjs";

/** Bun comes with the packages of the benchmarks: a package of its own for each system. */
const bun = join(root, `bench/node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun`);

const ENGINES = {
  newer: async () => {
    await newerNode();
    return relaxedNode;
  },
  this: () => process.execPath,
  bun: () => bun,
};

/** Takes `--name value` or `--name=value` out of the arguments. */
function take(args, name, otherwise) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return otherwise;
  const [whole, value] = args.splice(at, args[at] === name ? 2 : 1);
  return whole === name ? value : whole.slice(name.length + 1);
}

await main(async () => {
  const args = process.argv.slice(2);
  const engine = take(args, "--engine", "newer");
  // Relaxed SIMD is the same as plain SIMD in JavaScriptCore, without a fused instruction: the exact build is the one to use there.
  const simd = take(args, "--simd", engine === "bun" ? "simd128" : undefined);
  if (!Object.hasOwn(ENGINES, engine)) throw new StepError(`bench: --engine must be newer, this or bun, got ${engine}`, "See --help.");
  await npmPackages("bench");
  const program = await ENGINES[engine]();
  const env = { ...process.env, ...(simd === undefined ? {} : { UNROLLED_SIMD: simd }) };
  const { status, error } = spawnSync(program, [join(root, "bench/run.mjs"), ...args], { stdio: "inherit", env });
  if (error) throw error;
  process.exitCode = status ?? 1;
});
