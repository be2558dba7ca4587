// Memory stays flat: heap and external memory after a collection at step 1,000 as at step 100, and no page more in the core.

import "unrolled";
import { expect, test } from "vitest";
import { MSELoss } from "../../ts/nn/loss/mse-loss.js";
import { LSTM } from "../../ts/nn/lstm.js";
import { Adam } from "../../ts/optim/adam.js";
import { randn } from "../../ts/tensor/random.js";
import { backend } from "../../ts/wasm/core.js";

const MIB = 2 ** 20;
const LIMIT = 2 * MIB;

const collect = (globalThis as { gc?: () => void }).gc as () => void;
const yieldToEventLoop = () => new Promise((resolve) => setTimeout(resolve, 0));

interface Usage {
  readonly bytes: number;
  readonly core: number;
}

function usage(): Usage {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { bytes: heapUsed + external, core: backend().memoryBytes };
}

/** Usage after finalizers had their turn. */
async function settledUsage(): Promise<Usage> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return usage();
}

function expectFlat(early: Usage, late: Usage): void {
  expect(late.core - early.core, "bytes of the core").toBe(0);
  expect(late.bytes - early.bytes, "bytes of heap and arrays").toBeLessThan(LIMIT);
}

/** An LSTM whose pass leaves 0.6 MiB for backward. */
const lstm = () => new LSTM(16, 32, { numLayers: 2 });
const input = () => randn([20, 16, 16]);

test("training", async () => {
  const module = lstm();
  const x = input();
  const target = randn([20, 16, 32]);
  const criterion = new MSELoss();
  const optimizer = new Adam(module.parameters());
  let early: Usage | undefined;
  for (let step = 1; step <= 1000; step++) {
    optimizer.zeroGrad();
    criterion.forward(module.forward(x)[0], target).backward();
    optimizer.step();
    if (step === 100) early = usage();
  }
  expectFlat(early as Usage, usage());
});

test("forward without noGrad and without backward, in a loop that never yields", () => {
  const module = lstm();
  const x = input();
  let early: Usage | undefined;
  for (let step = 1; step <= 1000; step++) {
    module.forward(x);
    if (step === 100) early = usage();
  }
  expectFlat(early as Usage, usage());
});

test("the same between steps of training", () => {
  const module = lstm();
  const x = input();
  let early: Usage | undefined;
  for (let step = 1; step <= 1000; step++) {
    if (step % 10 === 0) module.forward(x)[0].sum().backward();
    else module.forward(x);
    if (step === 100) early = usage();
  }
  expectFlat(early as Usage, usage());
});

test("the same, yielding", async () => {
  const module = lstm();
  const x = input();
  let early: Usage | undefined;
  for (let step = 1; step <= 1000; step++) {
    module.forward(x);
    await yieldToEventLoop();
    if (step === 100) early = await settledUsage();
  }
  expectFlat(early as Usage, await settledUsage());
});

test("models that are made, trained for a step and dropped, yielding", async () => {
  const x = randn([4, 2, 16]);
  let early: Usage | undefined;
  for (let made = 1; made <= 1000; made++) {
    const module = new LSTM(16, 64);
    const optimizer = new Adam(module.parameters());
    module.forward(x)[0].sum().backward();
    optimizer.step();
    await yieldToEventLoop();
    if (made === 100) early = await settledUsage();
  }
  expectFlat(early as Usage, await settledUsage());
});
