/** Asking PyTorch itself, where there is one: the environment variable UNROLLED_PYTHON names a Python that has torch and safetensors. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

const python = process.env["UNROLLED_PYTHON"];

/** Skips the test, and says why, where no Python is named. */
export function needsPython({ skip }: TestContext): void {
  skip(!python, "set UNROLLED_PYTHON to a Python that has torch and safetensors");
}

/** Runs a script of this folder, which must succeed; returns what it printed. */
export function runPython(script: string, ...args: readonly string[]): string {
  return runPythonIn(process.cwd(), new URL(script, import.meta.url), ...args);
}

/** The same for a script anywhere, whose relative paths begin at a folder. */
export function runPythonIn(cwd: string, script: URL, ...args: readonly string[]): string {
  const path = fileURLToPath(script);
  // Its threads would wait for each other over matrices this small.
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const { status, stdout, stderr, error } = spawnSync(python as string, [path, ...args], { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${python} ${path} must succeed, got ${error ?? status}\n${stdout}${stderr}`);
  return stdout;
}

/** Calls `action` with an empty folder, and removes it. */
export async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-live-"));
  try {
    await action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
