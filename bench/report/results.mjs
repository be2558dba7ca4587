// Files of results: one for each run, named by date, engine and SIMD level.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../results/", import.meta.url));

/** `node26-relaxed` */
export const setting = ({ engine: { name, version }, simd }) => `${name.toLowerCase()}${version.split(".")[0]}-${simd}`;

/** Writes a run, and returns the file's path. A second run on one day has the time in its name. */
export function write(run) {
  mkdirSync(folder, { recursive: true });
  const day = `${run.date.slice(0, 10)}-${setting(run)}.json`;
  const name = readdirSync(folder).includes(day) ? `${run.date.slice(0, 16).replace(":", "")}-${setting(run)}.json` : day;
  // A line of the results on a line of the file: small differences between runs, small files.
  const { lines, ...header } = run;
  const head = JSON.stringify(header, null, 2).slice(0, -2);
  writeFileSync(folder + name, `${head},\n  "lines": [\n${lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n")}\n  ]\n}\n`);
  return folder + name;
}

/** All runs there are, the oldest first, with the names of their files. */
export function readAll() {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const runs = names.map((file) => ({ file, ...JSON.parse(readFileSync(folder + file, "utf8")) }));
  return runs.sort((a, b) => a.date.localeCompare(b.date));
}

/** What a line is about, as text. */
const subject = ({ kind, case: sizes, cell, mode, name, change }) => [kind, sizes?.name, cell, mode, name, change].join();

/**
 * For each setting on each kind of machine the newest run, as it is; what it does not have, an older run of the same setting and machine gives.
 * Runs that compare two builds of ours are left out: they say what a change has brought, not how fast it is beside others.
 *
 * @param {readonly object[]} runs the oldest first
 */
export function newest(runs) {
  const settings = new Map();
  for (const run of runs.filter(({ options }) => options?.against === undefined)) {
    const key = `${setting(run)} on ${run.machine.cpu}`;
    const before = settings.get(key);
    const lines = new Map(before?.lines.map((line) => [subject(line), line]));
    for (const line of run.lines) lines.set(subject(line), line);
    settings.set(key, { ...run, files: [...(before?.files ?? []), run.file], lines: [...lines.values()] });
  }
  return settings;
}
