// Plain training steps with another budget of saved bytes, which can be set only before the first tensor. Each line of the input asks for a sample
// of so many milliseconds.

import { createInterface } from "node:readline";
import * as library from "unrolled";
import { timed } from "../measure/turns.mjs";
import { trainingStep } from "../peers/unrolled.mjs";

const { savedBytes, ...line } = JSON.parse(process.argv[2]);
await library.init({ savedBytes });
const sample = timed(trainingStep(library, line));
for await (const milliseconds of createInterface({ input: process.stdin })) console.log(JSON.stringify(await sample(Number(milliseconds))));
