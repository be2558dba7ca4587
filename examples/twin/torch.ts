import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "unrolled";
import type { Reloaded } from "./compare.js";
import { type RunRecord, readRecord } from "./record.js";
import { answer, type CharModel } from "./twin.js";

/** PyTorch's half could not be run. */
export class PythonError extends Error {}

/** This example's folder. The program may be a bundle in .cache/twin, as deep in the repository as this file. */
const here = fileURLToPath(new URL("../../examples/twin/", import.meta.url));

/** What PyTorch made of it, and where its files are. */
export interface Theirs {
  readonly record: RunRecord;
  readonly folder: string;
  readonly live: boolean;
}

/** Runs twin.py, after twin.ts has left its files in the folder; without a Python the log speaks. */
export function runTorch(python: string | undefined, folder: string, steps: number): Theirs {
  if (python === undefined) return { record: readRecord(join(here, "log/torch.json")), folder: join(here, "log"), live: false };
  const { status, error } = spawnSync(python, [join(here, "twin.py"), folder, String(steps)], { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new PythonError(`UNROLLED_PYTHON must run twin.py, got ${error?.message ?? `exit code ${status}`} of ${python}`);
  return { record: readRecord(join(folder, "torch.json")), folder, live: true };
}

/** Loads each side's file of weights in the other, as far as both sides are here, and compares the logits. */
export function exchange(model: CharModel, theirs: Theirs, folder: string): Reloaded[] {
  const load = (name: string) => io.safetensors.load(readFileSync(join(theirs.folder, name)));
  const reloaded: Reloaded[] = [];
  const record = (file: string, reader: string, logits: string) => {
    const { tokens, logits: expected } = load(logits);
    const difference = answer(model, tokens!).sub(expected!).abs().max().item();
    reloaded.push({ file, reader, difference });
  };
  if (theirs.live) record(join(folder, "unrolled.safetensors"), "PyTorch", "unrolled-in-torch.logits.safetensors");
  model.loadStateDict(load("torch.safetensors"));
  record(theirs.live ? join(folder, "torch.safetensors") : "examples/twin/log/torch.safetensors", "unrolled", "torch.logits.safetensors");
  return reloaded;
}
