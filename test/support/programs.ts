/** Programs in processes of their own, made of the sources: for what must outlive one. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (path: string): string => fileURLToPath(new URL(`../../ts/${path}`, import.meta.url));

/** Makes one file of a program in TypeScript and of all that it imports, the core among it. */
export async function bundle(program: URL, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // package.json names the entries in dist/ as those with side effects; here they are in ts/.
    ignoreAnnotations: true,
    alias: {
      unrolled: source("wasm/entry-inline.ts"),
      "unrolled/insight": source("insight/index.ts"),
      "unrolled/node": source("node.ts"),
      "unrolled/worker": source("worker.ts"),
    },
    logLevel: "warning",
  });
}

/** Starts a bundled program; what it complains of goes to the test's own output. */
export function start(program: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Runs a bundled program, which must succeed; returns what it printed. */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const child = start(program, ...args);
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} must succeed, got ${code}\n${printed}`);
  return printed;
}
