/** Workers of Node, made of the sources. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach } from "vitest";
import { bundle } from "../support/programs.js";

const folder: string = mkdtempSync(join(tmpdir(), "unrolled-worker-"));
const bundles = new Map<string, Promise<string>>();
const workers: Worker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function bundled(name: string): Promise<string> {
  const file = join(folder, `${name}.mjs`);
  await bundle(new URL(`./jobs/${name}.ts`, import.meta.url), file);
  return file;
}

function keep(worker: Worker): Worker {
  workers.push(worker);
  return worker;
}

/** A Worker that runs a module of jobs/. */
export async function startWorker(name: string): Promise<Worker> {
  if (!bundles.has(name)) bundles.set(name, bundled(name));
  return keep(new Worker((await bundles.get(name)) as string));
}

/** A Worker that runs a text. */
export function startText(name: string, code: string): Worker {
  const file = join(folder, name);
  writeFileSync(file, code);
  return keep(new Worker(file));
}

/** A Worker that runs a file that is not there. */
export function startMissing(): Worker {
  return keep(new Worker(join(folder, "missing.mjs")));
}
