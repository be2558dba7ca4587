// Whatever moment a process dies at: what it was writing is under its name as a whole, or what was there before is.

import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, nn, type Tensor } from "unrolled";
import { expect, test } from "vitest";
import { bundle, start } from "../support/programs.js";

const KILLS = 25;
/** How many saves each kill interrupts: the files that a process writes side by side. */
const FILES = 4;

/** The number of the checkpoint in a file, all of which must be there. */
function numberIn(path: string): number {
  const { epoch, state } = io.checkpoint.load<Tensor>(readFileSync(path), { model });
  const number = epoch as number;
  const { data } = state;
  expect(data.length).toBe(100_000 + (number % 50_000));
  expect(data.every((value) => value === number)).toBe(true);
  return number;
}

const model = new nn.Linear(1, 1);

/** Lets a process save to all files, from `first` on, and kills it. */
async function saveAndKill(program: string, first: number, paths: readonly string[]): Promise<void> {
  const child = start(program, `${first}`, ...paths);
  const dead = once(child, "exit");
  await once(child.stdout as NodeJS.ReadableStream, "data");
  await new Promise((resolve) => setTimeout(resolve, 30 * Math.random()));
  child.kill("SIGKILL");
  expect(await dead, "killed, and not ended by itself").toEqual([null, "SIGKILL"]);
}

test(`of ${KILLS * FILES} saves that a kill interrupts, each leaves a whole file`, { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-killed-"));
  try {
    const program = join(folder, "saver.mjs");
    await bundle(new URL("./saver.ts", import.meta.url), program);
    const paths = Array.from({ length: FILES }, (_, index) => join(folder, `${index}.safetensors`));
    let first = 1;
    for (let kill = 0; kill < KILLS; kill++) {
      await saveAndKill(program, first, paths);
      const numbers = paths.map(numberIn);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(first);
      first = Math.max(...numbers) + 1;
    }
    const unfinished = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
    // The kills did hit what they were to hit: many in the middle of writing.
    expect(unfinished.length).toBeGreaterThan(KILLS / 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
