// A program of resume.test.ts: goes on with a training from a checkpoint, in a process that has seen nothing of it.
// resume.js KIND DATA FROM TO: reads the data, loads the checkpoint FROM, trains for ten steps, and writes the checkpoint TO.

import { manualSeed, randn, type Tensor } from "unrolled";
import { loadCheckpoint, loadFile, saveCheckpoint } from "unrolled/node";
import { type Kind, Run } from "./training.js";

const [kind, data, from, to] = process.argv.slice(2) as [Kind, string, string, string];
manualSeed(999); // other first weights, other masks: nothing may depend on them
randn([3]);
const { tokens, targets } = (await loadFile(data)) as { tokens: Tensor; targets: Tensor };
const run = new Run(kind, tokens, targets);
run.train(2);
const { state, epoch, extra } = await loadCheckpoint<Run["state"], { losses: number[] }>(from, {
  model: run.model,
  optimizer: run.optimizer,
  scheduler: run.scheduler,
});
run.state = state;
run.losses = extra.losses;
run.train(10);
await saveCheckpoint(run.contents((epoch as number) + 1), to);
