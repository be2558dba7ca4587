import { complaint, OptionError, show, UnrolledError } from "../errors.js";

let enabled = true;

/** Whether operations are recorded for backward: true, except inside {@link noGrad}. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `fn` without recording, and returns what it returns.
 *
 * @throws OptionError if `fn` is no function
 * @throws UnrolledError if `fn` is async: what it does after its first `await` would be recorded.
 */
export function noGrad<T>(fn: () => T): T {
  return runInMode(false, "noGrad", "fn", fn);
}

/** @internal Runs `fn`, called `what` in errors, with recording on or off. */
export function runInMode<T>(mode: boolean, where: string, what: string, fn: () => T): T {
  requireSynchronous(where, what, fn);
  const before = enabled;
  enabled = mode;
  try {
    return requireNoPromise(where, what, fn());
  } finally {
    enabled = before;
  }
}

/** @internal Throws unless `fn`, called `what` in errors, is a function that is not async: it would go on when its call has long ended. */
export function requireSynchronous(where: string, what: string, fn: unknown): void {
  if (typeof fn !== "function") throw new OptionError(complaint(where, what, "a function", show(fn)));
  if (Object.prototype.toString.call(fn) === "[object AsyncFunction]") throw refusal(where, what, "an async function");
}

/** @internal What a function has returned, unless that is a promise. */
export function requireNoPromise<T>(where: string, what: string, result: T): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then === "function")
    throw refusal(where, what, "one that returns a promise");
  return result;
}

function refusal(where: string, what: string, actual: string): UnrolledError {
  const hint = `await first, then call ${where} around what computes`;
  return new UnrolledError(complaint(where, what, "a synchronous function", actual, hint));
}
