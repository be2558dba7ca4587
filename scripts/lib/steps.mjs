// What a script says while it works: plain lines, one when a step begins, one when it ends.

/** `850 ms`, `12.3 s`, `3 min 04 s` */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

/** A step that cannot work here, with what to do about it. */
export class StepError extends Error {
  /** @param {string} message what is wrong @param {string} advice what the reader can do */
  constructor(message, advice) {
    super(`${message}\n  ${advice}`);
    this.name = "StepError";
  }
}

/**
 * Does one step and says so: `name: what …` and `name: done in 3.2 s`.
 *
 * @template T
 * @param {string} name
 * @param {string} what
 * @param {() => Promise<T>} action
 */
export async function step(name, what, action) {
  console.log(`${name}: ${what} …`);
  const start = performance.now();
  const result = await action();
  console.log(`${name}: done in ${duration(performance.now() - start)}`);
  return result;
}

/** Runs a script's main function; an error ends the process with code 1 and is said without a stack where the stack says nothing. */
export async function main(name, action) {
  try {
    await action();
  } catch (error) {
    if (error.output) console.error(error.output.split("\n").slice(-60).join("\n"));
    console.error(`${name}: ${error.name === "StepError" || error.output !== undefined ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
