// What a script says while it works: plain lines, one when a step begins and one when it ends.

/** `850 ms`, `12.3 s`, `3 min 04 s` */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

/** A step cannot work on this machine; the advice says what the reader can do. */
export class StepError extends Error {
  constructor(message, advice) {
    super(`${message}\n  ${advice}`);
    this.name = "StepError";
  }
}

/** Does one step, says what it is and how long it took, and returns what `action` returns. */
export async function step(name, action) {
  console.log(`${name} …`);
  const start = performance.now();
  const result = await action();
  console.log(`${name}: ${duration(performance.now() - start)}`);
  return result;
}

/** The first and the last lines of a text: the first may name the cause, the last the consequence. */
function shorten(text) {
  const lines = text.trimEnd().split("\n");
  return lines.length <= 80 ? lines : [...lines.slice(0, 30), `… ${lines.length - 80} lines …`, ...lines.slice(-50)];
}

/** Says what went wrong: with the output of a failed program, with no stack where the message says it all. */
export function explain(error) {
  if (error.name === "CommandError") return [...shorten(error.output), error.message].join("\n");
  return error.name === "StepError" ? error.message : error.stack;
}

/** Runs a script; an error is explained and makes the exit code 1. */
export async function main(action) {
  try {
    await action();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
