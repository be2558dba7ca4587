import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { expectShown, read } from "../support/documents.js";
import { expectPrinted, twins } from "../support/twins.js";

const { beside, printedBy, programs } = twins("from-tfjs", "js");
const saved = ["counter.json", "counter.bin"];

const folder: string = mkdtempSync(join(tmpdir(), "from-tfjs-"));
afterAll(() => rmSync(folder, { recursive: true }));
for (const file of saved) copyFileSync(beside(file), join(folder, file));

test("every program is there for tfjs, for unrolled and as tfjs's output", () => {
  const files = [...programs.flatMap((name) => [`${name}.js`, `${name}.ts`, `${name}.txt`]), ...saved];
  expect(readdirSync(beside("")).sort()).toEqual(files.sort());
  expect(programs.length).toBeGreaterThanOrEqual(10);
});

describe.each(programs)("%s", (name) => {
  test("prints what tfjs prints", async () => {
    expectPrinted(await printedBy(name, folder), read(`examples/from-tfjs/${name}.txt`));
  });

  test.each(["js", "ts"])("docs/from-tfjs.md shows its %s as it is", (language) => {
    expectShown("docs/from-tfjs.md", language, `examples/from-tfjs/${name}.${language}`);
  });

  test("docs/from-tfjs.md shows its output as it is", () => {
    expectShown("docs/from-tfjs.md", "text", `examples/from-tfjs/${name}.txt`);
  });
});

/** tfjs is among the peers of the benchmarks, and found from there alone. */
const modules = fileURLToPath(new URL("../../bench/node_modules/", import.meta.url));
const asked = process.env["UNROLLED_TFJS"] ? undefined : "minutes, with UNROLLED_TFJS=1";
const reason = existsSync(join(modules, "@tensorflow/tfjs")) ? asked : "tfjs is not installed: npm ci --prefix bench";

test.skipIf(reason).each(programs)(`tfjs prints it: %s${reason === undefined ? "" : ` (skipped: ${reason})`}`, (name) => {
  const place = join(modules, ".from-tfjs", name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  copyFileSync(beside(`${name}.js`), join(place, "main.js"));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["main.js"], { cwd: place, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expectPrinted(stdout, read(`examples/from-tfjs/${name}.txt`));
});
