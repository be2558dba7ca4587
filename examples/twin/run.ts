import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backend } from "unrolled";
import { saveFile } from "unrolled/node";
import type { RunRecord } from "./record.js";
import { BATCH, begin, type CharModel, SPAN, train } from "./twin.js";

function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

/**
 * Trains, and leaves unrolled.json, unrolled.safetensors and its logits in the folder, which must hold text.txt.
 *
 * @returns the record, and the trained model
 */
export async function runTwin(folder: string, steps: number): Promise<{ record: RunRecord; model: CharModel }> {
  const data = readFileSync(join(folder, "text.txt"));
  const { tokens, model } = begin(data.toString());
  const initial = Object.entries(model.stateDict()).map(([name, value]) => [name, sha256(new Uint8Array(value.data.buffer))]);
  const learned = [...train(model, tokens, steps)];
  const { version, simd } = backend();
  const record = {
    software: `unrolled ${version}, ${simd}, Node ${process.versions.node}`,
    threads: 1,
    text: sha256(data),
    initial: Object.fromEntries(initial),
    losses: learned.map(({ loss }) => loss),
    heldOut: learned.flatMap(({ step, bits }) => (bits === undefined ? [] : { step, bits })),
    charactersPerSecond: (BATCH * SPAN) / median(learned.map(({ seconds }) => seconds)),
  };
  await saveFile(model.stateDict(), join(folder, "unrolled.safetensors"));
  writeFileSync(join(folder, "unrolled.json"), `${JSON.stringify(record, undefined, 1)}\n`);
  return { record, model };
}
