import { complaint, OptionError, show } from "../errors.js";
import { showThrown } from "./failure.js";
import type { WorkerLike } from "./trainer.js";

/** What has become of a Worker. */
export interface Death {
  /** In the words of an error's message. */
  readonly actual: string;
  readonly cause?: unknown;
  /** Whether nothing comes any more. */
  readonly forGood: boolean;
  /** Whether it is an error that nobody has caught. */
  readonly uncaught?: true;
}

/** Who is told. `died` returns whether somebody else has been told by it. */
export interface Watcher {
  heard(message: unknown): void;
  died(death: Death): boolean;
}

/** The events of the web. */
interface WebWorker extends WorkerLike {
  addEventListener(type: string, listener: (event: WebEvent) => void): void;
}

type WebEvent = { readonly data?: unknown; preventDefault(): void } & Partial<
  Record<"message" | "filename" | "lineno" | "colno" | "error", unknown>
>;

/** The events of `node:worker_threads`. */
interface NodeWorker extends WorkerLike {
  on(event: string, listener: (value: unknown) => void): void;
  readonly threadId?: number;
}

/** Listens to all that a Worker says, and to all that says that it is dying. */
export function watch(where: string, worker: WorkerLike, watcher: Watcher): void {
  const has = (name: string) => typeof (worker as unknown as Record<string, unknown> | undefined)?.[name] === "function";
  if (!has("postMessage") || !has("terminate") || !(has("on") || has("addEventListener"))) {
    const hint = 'new Worker(new URL("./job.js", import.meta.url), { type: "module" }) makes one';
    throw new OptionError(complaint(where, "worker", "a Worker", show(worker), hint));
  }
  if (has("on")) watchNode(worker as NodeWorker, watcher);
  else watchWeb(worker as WebWorker, watcher);
}

const UNREADABLE: Death = { actual: "a message of its Worker that cannot be deserialized", forGood: false };

function watchNode(worker: NodeWorker, { heard, died }: Watcher): void {
  worker.on("message", heard);
  worker.on("messageerror", () => died(UNREADABLE));
  // The exit comes next.
  worker.on("error", (cause) => died({ actual: showThrown(cause), cause, forGood: true, uncaught: true }));
  const ended = (actual: string) => died({ actual, forGood: true });
  worker.on("exit", (code) => ended(`a Worker that has ended with code ${code}`));
  if (worker.threadId === -1) ended("a Worker that had ended before");
}

function watchWeb(worker: WebWorker, { heard, died }: Watcher): void {
  worker.addEventListener("message", ({ data }) => heard(data));
  worker.addEventListener("messageerror", () => died(UNREADABLE));
  worker.addEventListener("error", (event) => {
    const cause = causeOf(event);
    // Somebody is told: it need not go on as an uncaught error of the page, which would end Deno.
    if (died({ actual: showThrown(cause), cause, forGood: true, uncaught: true })) event.preventDefault();
  });
  // Bun and Deno say so.
  worker.addEventListener("close", () => died({ actual: "a Worker that has ended", forGood: true }));
  // Browsers tell nobody of it.
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    died({ actual: "a Worker that was terminated", forGood: true });
    return terminate();
  };
}

/** Only the text of an uncaught error comes over, and nothing of one that kept the module from being loaded. */
function causeOf({ message, filename, lineno, colno, error }: WebEvent): unknown {
  if (error instanceof Error) return error;
  if (typeof message !== "string" || message === "") {
    return new Error('the module cannot be loaded: check its URL, its syntax, and that the Worker was made with { type: "module" }');
  }
  const [, name = "Error", text = message] = /^(?:Uncaught )?(\w*Error): ([\s\S]*)$/.exec(message) ?? [];
  const cause = new Error(text);
  const at = filename ? `\n    at ${filename}:${lineno}:${colno}` : "";
  for (const [key, value] of [
    ["name", name],
    ["stack", `${name}: ${text}${at}`],
  ] as const) {
    // biome-ignore format: a table
    Object.defineProperty(cause, key, { value, writable: true, configurable: true });
  }
  return cause;
}
