import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { run } from "./programs.js";

const folder = inject("installed");
const npx = (...args: readonly string[]) => run("npx", ["--no-install", "unrolled", ...args], folder);

test("npx unrolled finds the command line in the installed package", () => {
  expect(npx("--help")).toMatch(/^examples\n {2}unrolled train /);
  expect(npx("--version")).toBe(`${JSON.parse(readFileSync(join(folder, "node_modules/unrolled/package.json"), "utf8")).version}\n`);
});

test("it trains, forecasts, measures and looks inside, with nothing else installed", () => {
  const rows = Array.from({ length: 120 }, (_, row) => [0, 3, 5, 2][row % 4]! + row / 10 + ((row * 31) % 7) / 20);
  writeFileSync(join(folder, "rows.csv"), `y\n${rows.join("\n")}\n`);
  npx("train", "rows.csv", "--target", "y", "--window", "8", "--hidden", "8", "--horizon", "2", "--epochs", "2", "--out", "run");
  expect(existsSync(join(folder, "run/report.html"))).toBe(true);
  expect(npx("predict", "run", "rows.csv")).toMatch(/^row,y\n121,[\d.]+\n122,[\d.]+\n$/);
  expect(JSON.parse(npx("eval", "run", "rows.csv", "--json")).windows).toBeGreaterThanOrEqual(5);
  expect(npx("inspect", "run")).toContain("BPTT report");
});

test("it is a program of its own: the library does not load it", () => {
  const entry = readFileSync(join(folder, "node_modules/unrolled/dist/cli.js"), "utf8");
  expect(entry.startsWith("#!/usr/bin/env node\n")).toBe(true);
  for (const name of ["index.node.js", "index.web.js", "node.js", "insight.js"]) {
    expect(readFileSync(join(folder, "node_modules/unrolled/dist", name), "utf8")).not.toContain("cli.js");
  }
});
