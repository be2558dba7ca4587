import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualSeed, randint } from "unrolled";
import { saveCheckpoint, saveFile } from "unrolled/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle, run } from "../../support/programs.js";
import { type Kind, optimizers, Run } from "./training.js";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "unrolled-resume-"));
  await bundle(new URL("./resume.ts", import.meta.url), file("resume.mjs"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(Object.keys(optimizers) as Kind[])("20 steps are 10, a checkpoint, and 10 in a new process, bit for bit: %s", async (kind) => {
  manualSeed(5);
  const [tokens, targets] = [randint(0, 9, [8, 6]), randint(0, 4, [8, 6])];
  await saveFile({ tokens, targets }, file("data"));
  const training = new Run(kind, tokens, targets);
  training.train(10);
  await saveCheckpoint(training.contents(1), file(`${kind}.10`));
  training.train(10);
  await saveCheckpoint(training.contents(2), file(`${kind}.20`));

  await run(file("resume.mjs"), kind, file("data"), file(`${kind}.10`), file(`${kind}.resumed`));

  expect(new Set(training.losses).size).toBe(20);
  expect(readFileSync(file(`${kind}.resumed`)).equals(readFileSync(file(`${kind}.20`)))).toBe(true);
});
