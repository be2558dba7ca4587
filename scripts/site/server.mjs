// A server of static files as plain as they come: no header but the type.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
};

/**
 * Serves a folder under a path, `/some/folder/`.
 *
 * @param {string} folder
 * @param {string} path
 * @param {number} [port]
 * @returns {Promise<{ url: string, port: number, requests: string[], close(): Promise<void> }>} `requests`: `GET path`, of all there were
 */
export async function serveFolder(folder, path, port = 0) {
  const requests = [];
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    const { pathname } = new URL(url, "http://localhost");
    const name = normalize(decodeURIComponent(pathname.slice(path.length)) || "index.html");
    if (!pathname.startsWith(path) || name.startsWith("..")) return response.writeHead(404).end();
    try {
      const content = readFileSync(join(folder, name));
      response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    port: server.address().port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
