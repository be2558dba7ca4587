// A program of killed.test.ts: saves checkpoints to files side by side, each of other values and another size, until it is killed.
// saver.js FIRST PATH…: the first ones are number FIRST; says so when each file has one.

import { full, nn } from "unrolled";
import { saveCheckpoint } from "unrolled/node";

const [first, ...paths] = process.argv.slice(2) as [string, ...string[]];
const model = new nn.Linear(1, 1);
const save = (path: string, number: number) =>
  saveCheckpoint({ model, epoch: number, state: full([100_000 + (number % 50_000)], number) }, path);

await Promise.all(paths.map((path) => save(path, Number(first))));
console.log("saved");
const saveOn = async (path: string) => {
  for (let number = Number(first) + 1; ; number++) await save(path, number);
};
await Promise.all(paths.map(saveOn));
