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
  // Node posts such a buffer without a word, and the other side cannot read the message.
  if (objects.some(isDetached)) {
    throw new OptionError(
      complaint("transfer", "objects", "buffers that are still here", "one that was moved before", "copy it for each message"),
    );
  }
  transferred.set(value, objects);
  return value;
}

function isDetached(object: unknown): boolean {
  if (!(object instanceof ArrayBuffer)) return false;
  try {
    return new Uint8Array(object).length < 0;
  } catch {
    return true;
  }
}

/** What {@link transfer} has marked, once: a buffer cannot be moved twice. */
export function takeTransferred(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const objects = transferred.get(value) ?? [];
  transferred.delete(value);
  return [...objects];
}
