import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** What the page may do: run its own files and WebAssembly, and fetch from where it came from. Nothing can be sent anywhere else. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The development server reloads by a script in the page, styles in elements, and a socket. */
const whileDeveloping = policy.map((rule) =>
  rule
    .replace("script-src", "script-src 'unsafe-inline'")
    .replace("style-src", "style-src 'unsafe-inline'")
    .replace("connect-src", "connect-src ws:"),
);

const part = (name: string): string => fileURLToPath(new URL(`../src/${name}/panel.html`, import.meta.url));

/** Puts the page together: each panel has its markup beside its code. */
export function page(): Plugin {
  let rules = policy;
  return {
    name: "page",
    configResolved({ command }) {
      if (command === "serve") rules = whileDeveloping;
    },
    transformIndexHtml: {
      order: "pre",
      handler(html) {
        return html
          .replace("%POLICY%", rules.join("; "))
          .replaceAll(/^ *<!-- panel (\w+) -->$/gm, (_, name: string) => readFileSync(part(name), "utf8").trimEnd());
      },
    },
    handleHotUpdate({ file, server }) {
      if (file.endsWith("panel.html")) server.ws.send({ type: "full-reload" });
    },
  };
}
