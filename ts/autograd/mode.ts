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
  return runBetween(where, what, fn, () => {
    const before = enabled;
    enabled = mode;
    return () => {
      enabled = before;
    };
  });
}

/** @internal Runs `fn`, which must be synchronous, after `enter` and before what that has returned. */
export function runBetween<T>(where: string, what: string, fn: () => T, enter: () => () => void): T {
  const refusal = (actual: string): UnrolledError => {
    const hint = `await first, then call ${where} around what computes`;
    return new UnrolledError(complaint(where, what, "a synchronous function", actual, hint));
  };
  if (typeof fn !== "function") throw new OptionError(complaint(where, what, "a function", show(fn)));
  if (Object.prototype.toString.call(fn) === "[object AsyncFunction]") throw refusal("an async function");
  const leave = enter();
  try {
    const result = fn();
    if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") throw refusal("one that returns a promise");
    return result;
  } finally {
    leave();
  }
}
