import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, inject, test } from "vitest";
import { inRepository, lossesOf, quickStart, run } from "./programs.js";

const folder = inject("installed");

/** Runs a module that is in the folder in which the package is installed. */
function runModule(code: string, env: Readonly<Record<string, string>> = {}): string {
  writeFileSync(join(folder, "main.js"), code);
  return run(process.execPath, ["main.js"], folder, env);
}

describe("the program of the README", () => {
  test("trains in Node", () => {
    const losses = lossesOf(runModule(transformSync(quickStart(), { loader: "ts" }).code).split("\n")).map(Number);
    expect(losses).toHaveLength(5);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
  });

  test.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("type-checks with moduleResolution $moduleResolution", (resolution) => {
    writeFileSync(join(folder, "main.ts"), quickStart());
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
    const compilerOptions = { ...resolution, ...strict, target: "es2022", lib: ["es2022", "dom"], types: [], noEmit: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    run(process.execPath, [inRepository("node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"], folder);
  });
});

describe("the entries", () => {
  test("share one core", () => {
    const code = `
      import { tensor, backend } from "unrolled";
      import * as inline from "unrolled/inline";
      import { saveFile, loadFile } from "unrolled/node";
      await saveFile({ x: tensor([1, 2, 3]) }, "one.safetensors");
      const { x } = await loadFile("one.safetensors");
      console.log(JSON.stringify([inline.tensor === tensor, x.add(tensor([1, 1, 1])).toArray(), backend().version]));`;
    const [same, sum, version] = JSON.parse(runModule(code));
    expect({ same, sum }).toEqual({ same: true, sum: [2, 3, 4] });
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("are loaded by require too", () => {
    writeFileSync(join(folder, "main.cjs"), 'console.log(require("unrolled").tensor([1, 2]).sum().item());');
    expect(run(process.execPath, ["main.cjs"], folder).trim()).toBe("3");
  });

  test("without files: the core comes from the text in the module", () => {
    const code = 'import { backend, tensor } from "unrolled/inline"; console.log(tensor([2]).exp().item() > 7, backend().source);';
    expect(runModule(code).trim()).toBe("true inline");
  });

  test("the cores are files of the package", () => {
    const code = `
      import { readFileSync } from "node:fs";
      for (const name of ["core", "core-relaxed"]) {
        const bytes = readFileSync(new URL(import.meta.resolve("unrolled/" + name + ".wasm")));
        console.log(name, bytes.subarray(1, 4).toString());
      }`;
    expect(runModule(code)).toBe("core asm\ncore-relaxed asm\n");
  });
});

describe("minified, it says what the sources say", () => {
  test("every class has the name that it is exported by", () => {
    const code = `
      import * as unrolled from "unrolled";
      const isClass = (value) => typeof value === "function" && /^class\\b/.test(Function.prototype.toString.call(value));
      const seen = [];
      const visit = (exports) => {
        for (const [name, value] of Object.entries(exports)) {
          if (isClass(value)) seen.push([name, value.name]);
          else if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) visit(value);
        }
      };
      visit(unrolled);
      console.log(JSON.stringify(seen));`;
    const names: [string, string][] = JSON.parse(runModule(code));
    expect(names.map(([exported]) => exported)).toEqual(expect.arrayContaining(["LSTM", "Adam", "Tensor", "ShapeError", "PackedSequence"]));
    expect(names.filter(([exported, own]) => exported !== own)).toEqual([]);
  });

  test("modules, optimizers and errors are printed by their names", () => {
    const code = `
      import { inspect } from "node:util";
      import { nn, optim, tensor } from "unrolled";
      const lstm = new nn.LSTM(10, 20, { numLayers: 2 });
      const error = (() => { try { tensor([1, 2]).add(tensor([1, 2, 3])); } catch (error) { return error; } })();
      console.log([String(lstm), inspect(new optim.SGD(lstm.parameters())), inspect(error)].map((text) => text.split("\\n")[0]).join("\\n"));`;
    expect(runModule(code).trim().split("\n")).toEqual([
      "LSTM(10, 20, numLayers=2)",
      "SGD {",
      "ShapeError: Tensor.add: shapes must be equal or broadcastable, got [2] and [3]",
    ]);
  });

  test("the stack of an error leads to the sources", () => {
    const code = `
      import { tensor } from "unrolled";
      try { tensor([1, 2]).add(tensor([1, 2, 3])); } catch (error) { console.log(error.stack); }`;
    expect(runModule(code, { NODE_OPTIONS: "--enable-source-maps" })).toMatch(/ts\/tensor\/[\w-]+\.ts:\d+:\d+/);
  });
});
