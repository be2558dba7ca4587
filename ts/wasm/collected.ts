import { complaint, UnrolledError } from "../errors.js";

/** What of a `FinalizationRegistry` is used here. */
export type Registry<T> = Pick<FinalizationRegistry<T>, "register" | "unregister">;

function refuse(): never {
  const hint = "Cloudflare's Workers have both from the compatibility date 2025-05-05 on";
  throw new UnrolledError(complaint("unrolled", "the engine", "one with FinalizationRegistry and WeakRef", "one without", hint));
}

/**
 * Calls `free` with what an object was registered with, once that object is collected.
 *
 * Where there is no registry, it is refused to register: memory could never be given back.
 */
export function whenCollected<T>(free: (held: T) => void): Registry<T> {
  return typeof FinalizationRegistry === "function" ? new FinalizationRegistry(free) : { register: refuse, unregister: refuse };
}
