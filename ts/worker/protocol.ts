/**
 * What page and Worker say to each other.
 *
 * Over the Worker itself only that both are there, and a port for each run; so it stays free for other messages. `serve` says that it is ready when
 * it is called, and again when a trainer asks: whichever comes first, nothing is lost, though a module that awaits something before it calls
 * `serve` misses what was posted till then.
 */

import type { Thrown } from "./failure.js";

/** Marks the messages over the Worker. */
export const KEY = "unrolled/worker";

/** From the page. */
export type Call = { readonly [KEY]: "hello" } | { readonly [KEY]: "run"; readonly port: MessagePort };

/** From the Worker. "closing": by itself, of which a page would not hear. */
export type Answer = { readonly [KEY]: "ready" | "closing" };

/** Over the port of a run, to the job. */
export type ToJob =
  /** `ahead`: how many values it may yield before the first of them is asked for. */
  | { readonly type: "start"; readonly options: unknown; readonly ahead: number }
  /** So many more values may be yielded. */
  | { readonly type: "more"; readonly count: number }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "stop" }
  | { readonly type: "message"; readonly message: unknown };

/** Over the port of a run, from the job. The last three end it. */
export type FromJob =
  | { readonly type: "progress"; readonly value: unknown }
  | { readonly type: "result"; readonly value: unknown }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly thrown: Thrown };

/** Whether a message over the Worker is one of these. */
export function isOurs<T extends Call | Answer>(message: unknown): message is T {
  return typeof message === "object" && message !== null && KEY in message;
}

/** Listens to a port: Node's and the web's have this in common. */
export function listen<T>(port: MessagePort, heard: (message: T) => void, unreadable: () => void): void {
  port.addEventListener("message", ({ data }: MessageEvent<T>) => heard(data));
  port.addEventListener("messageerror", unreadable);
  port.start();
}
