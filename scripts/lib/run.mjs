// Starting programs.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A program could not be started or exited with another code than 0. */
export class CommandError extends Error {
  /** @param {string} command @param {number | null} code @param {string} output */
  constructor(command, code, output) {
    super(`${command}: exit code must be 0, got ${code}`);
    this.code = code;
    this.output = output;
  }
}

/**
 * Runs a program in the repository's folder without a shell and waits for it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, echo?: boolean }} [options] `echo`: show the output as it comes
 * @returns {Promise<{ code: number | null, output: string, missing: boolean }>} `missing`: there is no such program
 */
export function run(program, args, { cwd = root, env = {}, echo = false } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const collect = (stream) => (chunk) => {
      output += chunk;
      if (echo) stream.write(chunk);
    };
    child.stdout.on("data", collect(process.stdout));
    child.stderr.on("data", collect(process.stderr));
    child.on("error", (error) => resolve({ code: null, output: String(error), missing: error.code === "ENOENT" }));
    child.on("close", (code) => resolve({ code, output, missing: false }));
  });
}

/** Like {@link run}, but throws a {@link CommandError} that carries the output when the program fails. Returns the output. */
export async function must(program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code !== 0) throw new CommandError([program, ...args].join(" "), code, output);
  return output;
}

/** The output of a program without the white space at its ends, or `undefined` when it is missing or fails. */
export async function ask(program, args, options) {
  const { code, output } = await run(program, args, options);
  return code === 0 ? output.trim() : undefined;
}
