// `npm run bench`, after ensure.mjs: installs what the benchmarks compare with, and runs them with this Node.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";
import { main } from "./lib/steps.mjs";
import { npmPackages } from "./setup/npm-packages.mjs";

await main(async () => {
  await npmPackages("bench");
  const { status } = spawnSync(process.execPath, [join(root, "bench/run.mjs"), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
});
