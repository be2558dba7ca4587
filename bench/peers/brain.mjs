// brain.js, at its own task: it learns to foretell a series from itself, pattern by pattern, with a state and a graph of single numbers. Its "LSTM"
// has no batches, and another optimizer, so what is compared is the time per pattern: a sequence of T steps, of which the others take N at once.

import { createRequire } from "node:module";
import brain from "brain.js";
import { timed } from "../measure/turns.mjs";

export const key = "brain";
export const name = "brain.js (per sequence)";

export const load = () => `brain.js ${createRequire(import.meta.url)("brain.js/package.json").version}`;

const CLASSES = { LSTM: "LSTMTimeStep", GRU: "GRUTimeStep", RNN: "RNNTimeStep" };

/** Larger nets take it seconds per sequence. */
const CASES = ["tiny", "series"];

const numbers = (length) => Float32Array.from({ length }, Math.random);

export function contestants({ cell, mode, sizes: { name: sizeName, steps, input, hidden, batch } }) {
  if (!CASES.includes(sizeName)) return [];
  const net = new brain.recurrent[CLASSES[cell]]({ inputSize: input, hiddenLayers: [hidden], outputSize: input });
  // One value more than steps: the last is only foretold.
  const series = Array.from({ length: steps + 1 }, () => (input === 1 ? Math.random() : [...numbers(input)]));
  net.train([series], { iterations: 1, log: false, errorThresh: 0 });
  const [pattern] = net.formatData([series]);
  const run = mode === "train" ? () => net.trainPattern(pattern, 0.01, true) : () => net.run(series.slice(0, steps));
  return [{ name, sample: timed(run), share: 1 / batch }];
}
