import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CASES, CELLS } from "../../bench/cases.mjs";
import { HELP, readOptions } from "../../bench/options.mjs";

test("everything is measured if nothing is said", () => {
  const options = readOptions([]);
  expect(options.case).toEqual(CASES.map(({ name }) => name));
  expect(options.cell).toEqual(CELLS);
  expect(options).toMatchObject({ seconds: 0.4, json: false, help: false });
  expect(options).not.toHaveProperty("against");
});

test("what is said replaces a part, in the order of the lists", () => {
  const options = readOptions(["--quick", "--cell", "RNN,LSTM", "--peers=none", "--seconds", "0.1", "--json"]);
  expect(options).toMatchObject({ cell: ["LSTM", "RNN"], peers: [], seconds: 0.1, json: true });
  expect(options.case).toEqual(["tiny", "series", "chars", "long", "stream"]);
});

test("another build is named by its checkout or its dist folder", () => {
  const checkout = mkdtempSync(join(tmpdir(), "unrolled-"));
  const dist = join(checkout, "dist");
  expect(() => readOptions(["--against", checkout])).toThrow("bench: --against must be a checkout that is built, or its dist folder, got");
  mkdirSync(dist);
  writeFileSync(join(dist, "index.node.js"), "");
  expect([checkout, dist].map((path) => readOptions(["--against", path]).against)).toEqual([dist, dist]);
  rmSync(checkout, { recursive: true });
});

test.each([
  { args: ["--cell", "LSTM,Lstm"], message: "bench: --cell must be among LSTM, GRU, RNN, got Lstm" },
  { args: ["--seconds", "0"], message: "bench: --seconds must be a positive number, got 0" },
  { args: ["--befor", "x"], message: "Unknown option '--befor'" },
])("$message", ({ args, message }) => {
  expect(() => readOptions(args)).toThrow(message);
});

test("the help names every option", () => {
  for (const name of ["case", "cell", "mode", "peers", "seconds", "against", "quick", "json", "engine", "simd"]) {
    expect(HELP).toContain(`  --${name} `);
  }
});
