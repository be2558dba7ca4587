/** What of a `FinalizationRegistry` is used here. */
export type Registry<T> = Pick<FinalizationRegistry<T>, "register" | "unregister">;

/**
 * Calls `free` with what an object was registered with, once that object is collected.
 *
 * workerd has no registry before the compatibility date 2025-05-05: there, memory that nobody gives back by hand stays until the isolate ends.
 */
export function whenCollected<T>(free: (held: T) => void): Registry<T> {
  if (typeof FinalizationRegistry === "function") return new FinalizationRegistry(free);
  return { register: () => undefined, unregister: () => false };
}
