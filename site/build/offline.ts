import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const script: string = fileURLToPath(new URL("../src/offline/worker.js", import.meta.url));

const theme: string = fileURLToPath(new URL("../public/theme.js", import.meta.url));

/** What is not fetched ahead: TensorFlow.js, which only the last panel needs, and the core as text, for servers without the core as it is. */
const later = (file: string): boolean => /\btfjs-|\bbytes-inline-/.test(file);

/** Writes the service worker that keeps the page's files, with the list of them: after the first visit, the page needs no network. */
export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = Object.keys(bundle).filter((file) => !later(file));
        const hash = createHash("sha256").update(readFileSync(theme));
        for (const file of Object.values(bundle)) hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
        const names = ["./", "theme.js", ...files.filter((file) => file !== "index.html").sort()];
        const kept = JSON.stringify({ files: names, version: `unrolled-${hash.digest("hex").slice(0, 16)}` });
        const source = readFileSync(script, "utf8").replace(/\/\* FILES \*\/.*?;/, () => `${kept};`);
        this.emitFile({ type: "asset", fileName: "offline.js", source });
      },
    },
  };
}
