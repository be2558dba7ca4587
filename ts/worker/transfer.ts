import { complaint, OptionError, show } from "../errors.js";

const transferred = new WeakMap<object, readonly object[]>();

/**
 * Marks what of a value is moved to the other side instead of copied, when the value is passed to `run` or `send`, or yielded or returned by a job.
 *
 * @param value what is passed; it is returned as it is
 * @param objects buffers of typed arrays in it, ports, streams: what `postMessage` can transfer; they cannot be used here afterwards
 *
 * @example
 * yield transfer({ weights }, [weights.buffer]);
 */
export function transfer<T extends object>(value: T, objects: readonly object[]): T {
  if (typeof value !== "object" || value === null) throw new OptionError(complaint("transfer", "value", "an object", show(value)));
  if (!Array.isArray(objects)) throw new OptionError(complaint("transfer", "objects", "an array of what is moved", show(objects)));
  transferred.set(value, objects);
  return value;
}

/** What {@link transfer} has marked, once: a buffer cannot be moved twice. */
export function takeTransferred(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const objects = transferred.get(value) ?? [];
  transferred.delete(value);
  return [...objects];
}
