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

/** Runs a script of this folder, which must succeed. */
export function runPython(script: string, ...args: readonly string[]): void {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(python as string, [path, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${python} ${script} must succeed, got ${error ?? status}\n${stdout}${stderr}`);
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
