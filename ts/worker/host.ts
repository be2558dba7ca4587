import { complaint, UnrolledError } from "../errors.js";

/** The other side of this Worker, seen from within. */
export interface Host {
  post(message: unknown): void;
  listen(heard: (message: unknown) => void): void;
  /** Calls `closing` before this Worker ends itself, if its page would not hear of that. */
  beforeClose(closing: () => void): void;
}

/** What the web's Workers have as their global object. */
interface WebScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** What `node:worker_threads` has for a Worker; null in the main thread. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): void;
}

/** The page or thread that has made this Worker. */
export function findHost(where: string): Host {
  const { WorkerGlobalScope } = globalThis as { WorkerGlobalScope?: new () => object };
  if (WorkerGlobalScope !== undefined && globalThis instanceof WorkerGlobalScope) return webHost(globalThis as unknown as WebScope);
  const port = parentPort();
  if (port)
    return { post: (message) => port.postMessage(message), listen: (heard) => port.on("message", heard), beforeClose: () => undefined };
  throw new UnrolledError(complaint(where, "it", "called in the module of a Worker", "a call in the main thread"));
}

function webHost(scope: WebScope): Host {
  return {
    post: (message) => scope.postMessage(message),
    listen: (heard) => scope.addEventListener("message", ({ data }) => heard(data)),
    beforeClose(closing) {
      const close = scope.close.bind(scope);
      scope.close = () => {
        closing();
        close();
      };
    },
  };
}

/** Not imported: bundlers for the web would look for it. */
function parentPort(): ParentPort | null | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): { parentPort: ParentPort | null } } };
  return process?.getBuiltinModule?.("node:worker_threads").parentPort;
}
