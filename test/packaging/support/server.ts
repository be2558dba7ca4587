/** A server of files, as simple as any. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** What a page may do: load from its own server, and compile wasm. Nothing weaker. */
export const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:";

export interface Files {
  readonly url: string;
  /** Paths that were asked for, and the status that was answered. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The content security policy. @default STRICT */
  readonly policy?: string;
  /** Whether an unknown path is answered with the page, as for applications that have paths of their own. @default false */
  readonly pageForAll?: boolean;
}

/** Serves a folder. */
export async function serveFolder(folder: string, { policy = STRICT, pageForAll = false }: ServeOptions = {}): Promise<Files> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const wanted = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    const found = wanted.startsWith(folder) && existsSync(wanted) && statSync(wanted).isFile();
    const file = found ? wanted : pageForAll ? join(folder, "index.html") : undefined;
    asked.push(`${path} ${file === undefined ? 404 : 200}`);
    if (file === undefined) response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    else {
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(readFileSync(file));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}/`, asked, close };
}
