/** Tiny projects in which the package is installed, each in a folder of its own. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { inject } from "vitest";
import { inRepository } from "../programs.js";

/** A program of matrix/programs in TypeScript. */
export function typescript(name: string): string {
  return readFileSync(inRepository(`test/packaging/matrix/programs/${name}.ts`), "utf8");
}

/** The same in JavaScript. */
export function javascript(name: string): string {
  return transformSync(typescript(name), { loader: "ts", target: "es2022" }).code;
}

/** Its files, by their names in the project. */
export const trainInJavaScript = (): Record<string, string> => ({ "train.js": javascript("train"), "main.js": javascript("main") });
export const trainInTypeScript = (): Record<string, string> => ({ "train.ts": typescript("train"), "main.ts": typescript("main") });

/** A page that runs a module, and nothing else: no inline script. */
export const pageOf = (module: string, head = ""): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">${head}<title>unrolled</title></head>\n<body><script type="module" src="${module}"></script></body></html>\n`;

/** Makes a project: what it has beside the package. Returns its folder, which is gone after the tests. */
export function project(files: Readonly<Record<string, string>>): string {
  const installed = inject("installed");
  const folder = mkdtempSync(join(installed, "project-"));
  const manifest = { name: "someone", private: true, type: "module", dependencies: { unrolled: "*" } };
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  cpSync(join(installed, "node_modules/unrolled"), join(folder, "node_modules/unrolled"), { recursive: true });
  return folder;
}
