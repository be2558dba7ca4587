// Starting programs.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A program that must succeed did not; `output` is what it printed. */
export class CommandError extends Error {
  constructor(command, code, output) {
    super(`\`${command}\` must exit with code 0, got ${code}`);
    this.name = "CommandError";
    this.output = output;
  }
}

/**
 * Runs a program without a shell, its standard input closed, and waits for it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, echo?: boolean }} [options]
 *   `cwd`: the repository by default; `env`: what differs from this process's; `echo`: show the output as it comes
 * @returns {Promise<{ code: number | null, output: string }>} `code` is null if there is no such program
 */
export function run(program, args, { cwd = root, env = {}, echo = false } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const collect = (chunk) => {
      output += chunk;
      if (echo) process.stdout.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => resolve({ code: null, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Like {@link run}, but returns the output alone and throws a {@link CommandError} if the program fails. */
export async function must(program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code !== 0) throw new CommandError([program, ...args].join(" "), code, output);
  return output;
}

/** The output of a program without the white space at its ends, or `undefined` if it is missing or fails. */
export async function ask(program, args, options) {
  const { code, output } = await run(program, args, options);
  return code === 0 ? output.trim() : undefined;
}

/** Runs npm: the one that runs this script, if one does. */
export function npm(args, options) {
  const cli = process.env["npm_execpath"];
  return cli?.endsWith(".js") ? must(process.execPath, [cli, ...args], options) : must("npm", args, options);
}
