import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { expectShown, read } from "../support/documents.js";
import { expectPrinted, twins } from "../support/twins.js";

const { beside, printedBy, programs } = twins("from-pytorch", "py");

const folder: string = mkdtempSync(join(tmpdir(), "from-pytorch-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the program in Python has left there. */
copyFileSync(beside("detector.safetensors"), join(folder, "detector.safetensors"));

test("every program is there in Python, in TypeScript and as PyTorch's output", () => {
  const files = [...programs.flatMap((name) => [`${name}.py`, `${name}.ts`, `${name}.txt`]), "detector.safetensors"];
  expect(readdirSync(beside("")).sort()).toEqual(files.sort());
  expect(programs.length).toBeGreaterThanOrEqual(10);
});

describe.each(programs)("%s", (name) => {
  test("prints what PyTorch prints", async () => {
    expectPrinted(await printedBy(name, folder), read(`examples/from-pytorch/${name}.txt`));
  });

  test.each([
    ["py", "py"],
    ["ts", "ts"],
    ["text", "txt"],
  ])("docs/from-pytorch.md shows its %s as it is", (language, extension) => {
    expectShown("docs/from-pytorch.md", language, `examples/from-pytorch/${name}.${extension}`);
  });
});

test.each([
  ["a decimal", "loss 0.1234\n", "loss 0.1236\n", "0.1234, there 0.1236"],
  ["a whole number", "[ 3, 4 ]\n", "[3, 5]\n", "[3, 4]"],
  ["the digits", "0.123\n", "0.1230\n", "'####\\n'"],
  ["a word", "true\n", "False\n", "false"],
  ["a line more", "1\n2\n", "1\n", "2"],
])("the comparison sees that %s is another", (_, ours, theirs, message) => {
  expect(() => expectPrinted(ours, theirs)).toThrow(message);
});

test("the comparison allows for one in the last digit, and for how each language writes", () => {
  expectPrinted("x [ 3, 4 ] true -0.0000 0.1235\n", "x [3, 4] True 0.0001 0.1234\n");
});
