import { expect, test } from "vitest";
import { read } from "../support/documents.js";
import { needsPython, runPython } from "./python.js";

test("the names in test/golden are those of this PyTorch", { timeout: 60_000 }, (context) => {
  needsPython(context);
  const { cases } = JSON.parse(runPython("names.py")) as { cases: unknown };
  expect(cases).toEqual((JSON.parse(read("test/golden/names.json")) as { cases: unknown }).cases);
});
