import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { mobyDick } from "../../examples/moby-dick/text.js";

/** The package does not export its files by name. */
const vega = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url)), "utf8");

/** Data that the page fetches when somebody wants it, from packages: a name in the page's folder, and what it holds. */
const files: Readonly<Record<string, () => string>> = {
  "data/moby-dick.txt": mobyDick,
  "data/co2-concentration.csv": () => vega("co2-concentration.csv"),
  "data/seattle-weather.csv": () => vega("seattle-weather.csv"),
  "data/sp500.csv": () => vega("sp500-2000.csv"),
};

/** Serves the files, and writes them beside the page. */
export function data(): Plugin {
  return {
    name: "data",
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const content = files[(request.url ?? "").replace(/^\//, "").replace(/\?.*$/, "")];
        if (!content) return next();
        response.setHeader("Content-Type", "text/plain; charset=utf-8");
        response.end(content());
      });
    },
    generateBundle() {
      for (const [fileName, content] of Object.entries(files)) this.emitFile({ type: "asset", fileName, source: content() });
    },
  };
}
