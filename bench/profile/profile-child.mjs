// Training steps of one line under V8's profiler; prints how many they were, the milliseconds of each phase in all of them, and those of a step
// without the profiler, which itself takes time.

import { Session } from "node:inspector/promises";
import { trainingStep } from "../peers/unrolled.mjs";
import { attribute } from "./attribute.mjs";

/** Microseconds between two samples, as near as the system comes to it. */
const INTERVAL = 100;

const WARM_UP = 1;

const { library: url, seconds, ...line } = JSON.parse(process.argv[2]);
const library = await import(url);
const step = trainingStep(library, line);

/** Steps for at least so long and at least two; how many, and the milliseconds of one. */
function run(duration) {
  const start = performance.now();
  let steps = 0;
  while (steps < 2 || performance.now() - start < 1000 * duration) {
    step();
    steps++;
  }
  return { steps, each: (performance.now() - start) / steps };
}

run(WARM_UP);
const { each } = run(seconds);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
await session.post("Profiler.start");
const { steps } = run(seconds);
const { profile } = await session.post("Profiler.stop");
console.log(JSON.stringify({ steps, each, times: attribute(profile) }));
