// Trains a model here and in PyTorch, and compares. Run by `npm run twin`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UnrolledError } from "unrolled";
import { UsageError } from "../command-line.js";
import { mobyDick } from "../moby-dick/text.js";
import { compare, failures } from "./compare.js";
import { type Options, parseOptions, usage } from "./options.js";
import { picture } from "./picture.js";
import { introduction, summary } from "./report.js";
import { runTwin } from "./run.js";
import { exchange, PythonError, runTorch } from "./torch.js";

async function main({ steps, out, python }: Options): Promise<void> {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "text.txt"), mobyDick());
  console.log(`a 2-layer LSTM reads Moby Dick from seed 0, ${steps} steps, here …`);
  const { record: ours, model } = await runTwin(out, steps);
  if (python) console.log(`… and with ${python} …`);
  const theirs = runTorch(python, out, steps);
  const comparison = compare(ours, theirs.record, exchange(model, theirs, out));
  console.log(`\n${introduction(ours, theirs.record, theirs.live)}\n${summary(comparison, theirs.live)}\n`);
  writeFileSync(join(out, "twin.svg"), picture(comparison));
  console.log(`saved: ${join(out, "twin.svg")}, and the records and models beside it`);
  for (const sentence of failures(comparison)) {
    console.error(`twin: ${sentence}`);
    process.exitCode = 1;
  }
}

try {
  const options = parseOptions(process.argv.slice(2), process.env["UNROLLED_PYTHON"]);
  if (options === undefined) console.log(usage);
  else await main(options);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof PythonError || error instanceof UnrolledError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
