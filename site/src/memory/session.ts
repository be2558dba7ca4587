import { backend, init, manualSeed } from "unrolled";
import { Network } from "./network.js";
import { type Answer, CELLS, type Request } from "./protocol.js";
import { tasks } from "./tasks.js";

/** After so many steps it stops by itself. */
const STEPS = 5000;
/** Milliseconds between two answers. */
const PAUSE = 120;
/** Milliseconds between two reports: at least so many, and so many times as long as one takes. */
const LOOK = 500;
const PATIENCE = 6;

/** Lets the three networks learn the same sequences, and says how far their gradients reach back. */
export async function* answer({ task: name, length, learningRate, forgetBias }: Request): AsyncGenerator<Answer, void, undefined> {
  await init();
  const task = tasks[name];
  manualSeed(1);
  const networks = CELLS.map((cell) => new Network(cell, task, forgetBias));
  yield { kind: "begun", chance: task.chance, simd: backend().simd };
  let nextLook = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < STEPS; ) {
    const look = performance.now();
    if (look > nextLook) {
      const batch = task.batch(length);
      yield { kind: "report", step, reached: networks.map((network) => network.reach(batch)) };
      const end = performance.now();
      nextLook = end + Math.max(LOOK, PATIENCE * (end - look));
    }
    const sums = networks.map(() => 0);
    let steps = 0;
    for (const begin = performance.now(); performance.now() - begin < PAUSE && step < STEPS; steps++, step++) {
      const batch = task.batch(length);
      for (const [index, network] of networks.entries()) sums[index] = (sums[index] as number) + network.learn(batch, learningRate);
    }
    yield { kind: "progress", step, losses: sums.map((sum) => sum / steps) };
  }
}
