// npm run bench [-- --seconds 10 --json]: a training step of an LSTM here and in TensorFlow.js, in one process and in turns.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { CASES, trainingFlops } from "./cases.mjs";
import { interleave } from "./measure.mjs";
import * as tfjs from "./peers/tfjs.mjs";
import * as unrolled from "./peers/unrolled.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "12" }, json: { type: "boolean", default: false }, case: { type: "string" } },
});

await tfjs.load();
const machine = { cpu: cpus()[0]?.model.trim(), cores: cpus().length, node: process.version };
const software = [unrolled, tfjs].map((peer) => peer.describe());
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node.slice(1)}, one thread\n${software.join("; ")}\n`);

const results = [];
for (const sizes of CASES.filter(({ name }) => options.case === undefined || name === options.case)) {
  const contestants = [unrolled, tfjs].map((peer) => ({ name: peer.name, run: peer.trainingStep(sizes) }));
  const [ours, theirs] = await interleave(contestants, { seconds: Number(options.seconds) });
  const gflops = trainingFlops(sizes) / ours.median / 1e6;
  const ratio = theirs.median / ours.median;
  results.push({ case: sizes, ours, theirs, gflops, ratio });
  const { name, steps, batch, input, hidden, layers } = sizes;
  console.log(`${name}: LSTM training step, T ${steps}, N ${batch}, I ${input}, H ${hidden}, ${layers} layer${layers > 1 ? "s" : ""}`);
  for (const each of [ours, theirs]) {
    const spread = `${each.low.toFixed(2)} to ${each.high.toFixed(2)}`;
    console.log(`  ${each.name.padEnd(10)} ${each.median.toFixed(2).padStart(8)} ms   quartiles ${spread}, ${each.calls} steps`);
  }
  console.log(`  ${ratio.toFixed(1)} × faster; ${gflops.toFixed(1)} GFLOP/s\n`);
}

if (options.json) {
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${new Date().toISOString().slice(0, 10)}-node${process.versions.node.split(".")[0]}.json`, folder);
  writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), machine, software, results }, null, 2)}\n`);
  console.log(`written: ${file.pathname}`);
}
