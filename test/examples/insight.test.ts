import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readSvg } from "../insight/xml.js";

const root: string = fileURLToPath(new URL("../../", import.meta.url));
const folder: string = mkdtempSync(join(tmpdir(), "insight-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a short training shows everything, in pictures that docs/insight.md names", () => {
  const options = ["--short", "--out", folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/example.mjs", "insight", ...options], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  for (const part of ["BPTT report: loss", "step 0: loss", "units that track", "Unit ", "Trace", "InputSaliency"])
    expect(stdout).toContain(part);
  const pictures = readdirSync(folder).filter((name) => name.endsWith(".svg"));
  for (const name of pictures) readSvg(readFileSync(join(folder, name), "utf8"));
  const named = [...readFileSync(join(root, "docs/insight.md"), "utf8").matchAll(/images\/([\w-]+\.svg)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) {
    expect(pictures).toContain(name);
    const kept = readFileSync(join(root, "docs/images", name!), "utf8");
    readSvg(kept);
    expect(kept.length).toBeLessThan(150_000);
  }
}, 120_000);
