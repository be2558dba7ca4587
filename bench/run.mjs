// npm run bench: times networks and kernels here and elsewhere, in one process and in turns. `--help` lists the options.

import { backend } from "unrolled";
import { CASES } from "./cases.mjs";
import { environment } from "./environment.mjs";
import { measureKernels } from "./kernels.mjs";
import { linesOf, measureLine } from "./lines.mjs";
import { HELP, readOptions } from "./options.mjs";
import { measurePatterns } from "./patterns/patterns.mjs";
import { findPeak } from "./peak/find.mjs";
import { loadBefore } from "./peers/before.mjs";
import { loadPeers } from "./peers/index.mjs";
import { unrolled } from "./peers/unrolled.mjs";
import { measureLoad, measureMemory, measureSizes } from "./probes/probes.mjs";
import { profileLines } from "./profile/profile.mjs";
import { write } from "./report/results.mjs";
import { describe, describeHeader } from "./report/text.mjs";
import { measureScaling } from "./scaling.mjs";

/** Measures what is asked for, and hands over each line when it is there. */
async function* measure(options, { peers, before }, peak) {
  const { seconds, mode: modes, cell: cells } = options;
  const training = { ...options, mode: ["train"] };
  if (modes.includes("kernels")) yield* await measureKernels(backend().simd, peak, seconds, before);
  for (const line of linesOf(options)) yield await measureLine(line, before === undefined ? peers : [before, ...peers], peak, seconds);
  // Bun has another profiler.
  if (modes.includes("profile") && process.versions.bun === undefined) yield* profileLines(linesOf(training), seconds);
  if (modes.includes("patterns")) yield* await measurePatterns(cells, seconds);
  if (modes.includes("scaling")) yield* await measureScaling(cells, seconds);
  if (modes.includes("memory")) yield* measureMemory(linesOf({ ...training, case: CASES.map(({ name }) => name) }));
  if (modes.includes("load")) yield* [...measureSizes(), ...measureLoad()];
}

async function main(options) {
  const before = options.against === undefined ? undefined : await loadBefore(options.against);
  const { peers, software, missing } = await loadPeers(options.peers);
  const own = before === undefined ? [unrolled] : [unrolled, before];
  const { peak, variants } = await findPeak(backend().simd, options.seconds);
  const header = { ...environment(), software: [...own.map((each) => each.load()), ...software], missing, peak: variants, options };
  console.log(describeHeader(header));
  const lines = [];
  for await (const line of measure(options, { peers, before }, peak)) {
    lines.push(line);
    console.log(describe(line));
  }
  for (const { unload } of peers) unload?.();
  if (options.json)
    console.log(`written: ${write({ ...header, finished: environment().date, loadAfter: environment().machine.load, lines })}`);
}

/** What is wrong with the command line is said without a stack. */
function optionsOrComplaint() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = optionsOrComplaint();
if (options.help) console.log(HELP);
else await main(options);
