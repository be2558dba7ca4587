import { complaint, UnrolledError } from "../errors.js";

let enabled = true;

/** Whether operations are recorded for backward: true, except inside {@link noGrad}. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `fn` without recording, and returns what it returns.
 *
 * @throws UnrolledError if `fn` is async: what it does after its first `await` would be recorded.
 */
export function noGrad<T>(fn: () => T): T {
  if (Object.prototype.toString.call(fn) === "[object AsyncFunction]") throw refusal("an async function");
  const before = enabled;
  enabled = false;
  try {
    const result = fn();
    if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") throw refusal("one that returns a promise");
    return result;
  } finally {
    enabled = before;
  }
}

function refusal(actual: string): UnrolledError {
  return new UnrolledError(
    complaint("noGrad", "fn", "a synchronous function", actual, "await first, then call noGrad around what computes"),
  );
}
