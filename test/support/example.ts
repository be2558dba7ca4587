/** Programs of examples/, run as `npm run example` runs them: against the package as it is built. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root: string = fileURLToPath(new URL("../../", import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: readonly string[]): Ran {
  const env = { ...process.env, UNROLLED_SIMD: "simd128" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Builds what is missing: for `beforeAll`, which may take 300 seconds. */
export function buildPackage(): void {
  const built = node("scripts/build.mjs");
  expect(built.status, built.stdout + built.stderr).toBe(0);
}

/** Runs an example. */
export function runExample(...args: readonly string[]): Ran {
  return node("scripts/example.mjs", ...args);
}

/** The figures of an example's short run; the same from run to run. */
export function figures<T>(name: string, ...args: readonly string[]): T {
  const { status, stdout, stderr } = runExample(name, "--short", "--json", ...args);
  expect(status, stderr).toBe(0);
  const { cpuSeconds, measured: _, ...result } = JSON.parse(stdout);
  expect(result).toMatchObject({ example: name, short: true, simd: "simd128" });
  expect(cpuSeconds).toBeGreaterThan(0);
  return result;
}
