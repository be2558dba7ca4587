// With checkpoints a long sequence leaves little for backward: in the core, and as it grows. A file, so a core, of its own.

import "unrolled";
import { expect, test } from "vitest";
import { noGrad } from "../../ts/autograd/mode.js";
import { LSTM } from "../../ts/nn/lstm.js";
import { randn } from "../../ts/tensor/random.js";
import { backend } from "../../ts/wasm/core.js";
import { savedBlocks } from "../../ts/wasm/saved.js";

const STEPS = 5000;
const BATCH = 4;
const INPUT = 16;
const HIDDEN = 128;
const EVERY = 71;
/** Of an LSTM for each step and sequence: input, gates, h and c. */
const WHOLE = 4 * STEPS * BATCH * (INPUT + 6 * HIDDEN);

/** Trains for some steps; how much the pool of what backward needs has grown by, and the core's memory. */
function growth(checkpointEvery: number): { readonly saved: number; readonly core: number } {
  const before = [savedBlocks.bytes, backend().memoryBytes] as const;
  const module = new LSTM(INPUT, HIDDEN, { checkpointEvery });
  const input = randn([STEPS, BATCH, INPUT]);
  for (let step = 0; step < 2; step++) {
    module.zeroGrad();
    module.forward(input)[0].sum().backward();
  }
  return { saved: savedBlocks.bytes - before[0], core: backend().memoryBytes - before[1] };
}

test(`${STEPS} steps with a checkpoint every ${EVERY}: inputs and states are saved, and the core has room for no more`, () => {
  // What forward without gradients needs, so that it does not count: input and output, and the step in which the core grows.
  noGrad(() => new LSTM(INPUT, HIDDEN).forward(randn([STEPS, BATCH, INPUT])));
  const few = growth(EVERY);
  const spans = Math.ceil(STEPS / EVERY);
  const floats = STEPS * BATCH * INPUT + spans * BATCH * 2 * HIDDEN;
  expect(few.saved).toBe(256 * Math.ceil((4 * floats) / 256));
  expect(few.saved / WHOLE).toBeLessThan(0.026);
  const all = growth(0);
  expect(all.saved).toBe(WHOLE);
  expect(all.core, "without checkpoints").toBeGreaterThan(WHOLE);
  expect(few.core, "with checkpoints").toBeLessThan(WHOLE / 2);
});
