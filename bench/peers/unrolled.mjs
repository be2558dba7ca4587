// What all others are compared with, through its public API.

import { backend, nn, noGrad, optim, randn, zeros } from "unrolled";
import { timed } from "../measure/turns.mjs";

export const key = "unrolled";
export const name = "unrolled";

export const load = () => `unrolled ${backend().version}, ${backend().simd}`;

const isOneStep = ({ steps, batch }) => steps === 1 && batch === 1;

const make = ({ cell, sizes: { input, hidden, layers } }) => new nn[cell](input, hidden, { numLayers: layers });

/** A training step as users write it. */
function trainingStep(line) {
  const { steps, batch, input, hidden } = line.sizes;
  const rnn = make(line);
  const criterion = new nn.MSELoss();
  const optimizer = new optim.Adam(rnn.parameters());
  const x = randn([steps, batch, input]);
  const target = randn([steps, batch, hidden]);
  return () => {
    optimizer.zeroGrad();
    const [output] = rnn.forward(x);
    const loss = criterion.forward(output, target);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
}

/** A whole sequence; of one step, with the state that the last call left. */
function forward(line) {
  const { steps, batch, input, hidden, layers } = line.sizes;
  const rnn = make(line).eval();
  const x = randn([steps, batch, input]);
  if (!isOneStep(line.sizes)) return () => noGrad(() => rnn.forward(x));
  const zero = () => zeros([layers, batch, hidden]);
  let state = line.cell === "LSTM" ? [zero(), zero()] : zero();
  return () => {
    [, state] = noGrad(() => rnn.forward(x, state));
  };
}

/** One step of live input: plain arrays, no allocation. */
function streamStep(line) {
  const stream = make(line).stream();
  const x = randn([line.sizes.input]).data;
  const out = new Float32Array(line.sizes.hidden);
  return () => stream.step(x, out);
}

export function contestants(line) {
  if (line.mode === "train") return [{ name, sample: timed(trainingStep(line)) }];
  if (!isOneStep(line.sizes)) return [{ name, sample: timed(forward(line)) }];
  return [
    { name, sample: timed(streamStep(line)) },
    { name: "unrolled, forward()", sample: timed(forward(line)) },
  ];
}
