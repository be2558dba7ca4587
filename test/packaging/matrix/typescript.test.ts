import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { inRepository, run } from "../programs.js";
import { expectTrained, missing, resultOf } from "../support/matrix.js";
import { project, trainInTypeScript } from "../support/project.js";

const compilers = { "TypeScript 7": "node_modules/typescript", "TypeScript 5": "test/packaging/matrix/node_modules/typescript-5" };
const resolutions = [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "preserve", moduleResolution: "bundler" },
];

for (const [name, folder] of Object.entries(compilers)) {
  for (const resolution of resolutions) {
    const reason = missing(`${folder}/bin/tsc`, name);
    const title = `${name}, moduleResolution ${resolution.moduleResolution}: compiles, and what it writes runs`;
    test.skipIf(reason)(reason === undefined ? title : `${title} (skipped: ${reason})`, () => {
      const files = { ...trainInTypeScript(), "entries.ts": ENTRIES };
      const app = project(files);
      const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
      const compilerOptions = { ...resolution, ...strict, target: "es2022", lib: ["es2022", "dom"], types: [], outDir: "built" };
      writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
      run(process.execPath, [inRepository(`${folder}/bin/tsc`), "-p", "tsconfig.json"], app);
      expectTrained(resultOf(run(process.execPath, ["built/main.js"], app)), /unrolled\/dist\/core\.wasm$/);
    });
  }
}

/** Every entry that has types. */
const ENTRIES = `
import { init, type Tensor } from "unrolled";
import { tensor } from "unrolled/inline";
import { type BpttReport, bpttReport } from "unrolled/insight";
import { loadFile } from "unrolled/node";
import { type Run, serve, trainer } from "unrolled/worker";

export async function* job(options: { steps: number }): AsyncGenerator<number, string, undefined> {
  for (let step = 0; step < options.steps; step++) yield step;
  return "done";
}
export function page(worker: Worker): Run<number, string> {
  return trainer<typeof job>(worker).run({ steps: 3 });
}
export const x: Tensor = tensor([1]);
export const all = [init, loadFile, serve, bpttReport];
export const reported: (report: BpttReport) => number = ({ loss }) => loss;
`;
