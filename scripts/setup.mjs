// `npm run setup`: installs what building and testing need and the machine lacks.

import { pathToFileURL } from "node:url";
import { canUseApt } from "./lib/debian.mjs";
import { duration, explain, main, StepError } from "./lib/steps.mjs";
import { browsers } from "./setup/browser.mjs";
import { matrixNodes, newerNode } from "./setup/newer-node.mjs";
import { npmPackages } from "./setup/npm-packages.mjs";
import { wasmTarget } from "./setup/wasm-target.mjs";
import { wasmTools } from "./setup/wasm-tools.mjs";

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new StepError(`Node must be 20.19 or newer, got ${process.versions.node}`, "Install a newer Node from https://nodejs.org.");
}

/**
 * Does the steps side by side. One that cannot work does not keep the others from it.
 *
 * @param {{ forTests: boolean }} options `forTests`: also what only the tests need
 */
export async function setup({ forTests }) {
  checkNode();
  // Where cargo itself comes from apt, the tools have to wait for it; elsewhere a missing cargo is reported by the first step that needs it.
  const rust = wasmTarget();
  const tools = canUseApt ? rust.then(wasmTools) : wasmTools();
  const packages = npmPackages();
  // npm's own cache is faster one after the other than side by side.
  const forTesting = () => [
    packages
      .then(() => npmPackages("site"))
      .then(() => npmPackages("test/packaging/matrix"))
      .then(matrixNodes)
      .then(newerNode),
    browsers(),
  ];
  const steps = [rust, tools, packages, ...(forTests ? forTesting() : [])];
  const errors = (await Promise.allSettled(steps)).flatMap(({ reason }) => (reason ? [reason] : []));
  if (errors.length > 0) throw new StepError([...new Set(errors)].map(explain).join("\n\n"), "The set-up is not complete.");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => {
    const start = performance.now();
    await setup({ forTests: true });
    console.log(`Everything is set up (${duration(performance.now() - start)}).`);
  });
}
