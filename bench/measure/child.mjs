// What only a process of its own can measure.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs a script in a new process of this engine; returns what its last line says, in JSON.
 *
 * @param {URL} script
 * @param {readonly string[]} [flags] of the engine, besides those of this process
 */
export function child(script, argument, flags = []) {
  const output = execFileSync(process.execPath, [...process.execArgv, ...flags, fileURLToPath(script), argument], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output.trim().split("\n").at(-1));
}
