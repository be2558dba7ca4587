/** Starting programs from the packaging tests, and the program that they start. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** A path in the repository. */
export function inRepository(path: string): string {
  return root + path;
}

/** Runs a program that must succeed; returns what it printed on standard output. */
export function run(program: string, args: readonly string[], cwd: string = root, env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} must succeed, got ${error ?? status}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs npm. */
export function npm(args: readonly string[], cwd?: string): string {
  return run("npm", args, cwd);
}

/** The program in README.md: the first block of TypeScript that imports the package. */
export function quickStart(): string {
  const blocks = readFileSync(inRepository("README.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm);
  for (const [, code = ""] of blocks) if (code.includes('from "unrolled"')) return code;
  throw new Error("README.md must have a block of TypeScript that imports unrolled");
}

/** The lines `step loss` that the program prints. */
export function lossesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^\d+ (\d\S*)$/.exec(line)?.[1] ?? []);
}
