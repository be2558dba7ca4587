// One step of training from a large batch, at once and in parts. Run by `npm run example -- accumulation`.

import { example, type Outcome, type Settings } from "../example.js";
import { compare } from "./compare.js";

const LONG = { batch: 256, steps: 100, hidden: 128, sizes: [8, 32, 100, 256], rounds: 5 };
const SHORT = { batch: 48, steps: 30, hidden: 24, sizes: [3, 20, 48], rounds: 2 };

function run({ short, say }: Settings): Outcome {
  const plan = short ? SHORT : LONG;
  say(`an LSTM of ${plan.hidden} units, a batch of ${plan.batch} sequences of ${plan.steps} steps, at once and in parts\n`);
  const { rows, unweighted } = compare(plan);
  say("parts  sequences in each  largest difference of a gradient    peak memory  processor's time");
  for (const { parts, sizes, difference, megabytes, milliseconds } of rows) {
    const largest = `${Math.max(...sizes)}${new Set(sizes).size > 1 ? ` (last ${sizes.at(-1)})` : ""}`;
    say(
      `${String(parts).padStart(5)}  ${largest.padEnd(17)}  ${difference.toExponential(1).padStart(32)}  ${`${megabytes.toFixed(0)} MB`.padStart(13)}  ${`${milliseconds.toFixed(0)} ms`.padStart(16)}`,
    );
  }
  say("\ndifferences are relative to the largest gradient of each parameter, against the batch at once");
  say(
    `parts of different sizes need their weights: the plain mean of ${unweighted.parts} parts' losses is off by ${unweighted.difference.toExponential(1)}`,
  );
  const result = { differences: rows.map(({ parts, sizes, difference }) => ({ parts, sizes, difference })), unweighted };
  return { result, measured: { rows: rows.map(({ parts, megabytes, milliseconds }) => ({ parts, megabytes, milliseconds })) } };
}

await example("accumulation", run);
