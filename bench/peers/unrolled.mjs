// What all others are compared with, through its public API.

import * as present from "unrolled";
import { timed } from "../measure/turns.mjs";

const isOneStep = ({ steps, batch }) => steps === 1 && batch === 1;

const make = ({ nn }, { cell, sizes: { input, hidden, layers } }) => new nn[cell](input, hidden, { numLayers: layers });

/** A training step as users write it. */
export function trainingStep(library, line) {
  const { nn, optim, randn } = library;
  const { steps, batch, input, hidden } = line.sizes;
  const rnn = make(library, line);
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
function forward(library, line) {
  const { noGrad, randn, zeros } = library;
  const { steps, batch, input, hidden, layers } = line.sizes;
  const rnn = make(library, line).eval();
  const x = randn([steps, batch, input]);
  if (!isOneStep(line.sizes)) return () => noGrad(() => rnn.forward(x));
  const zero = () => zeros([layers, batch, hidden]);
  let state = line.cell === "LSTM" ? [zero(), zero()] : zero();
  return () => {
    [, state] = noGrad(() => rnn.forward(x, state));
  };
}

/** One step of live input: plain arrays, no allocation. */
function streamStep(library, line) {
  const stream = make(library, line).stream();
  const x = library.randn([line.sizes.input]).data;
  const out = new Float32Array(line.sizes.hidden);
  return () => stream.step(x, out);
}

/** @param {typeof present} library a copy of the package: the one of this checkout, or another build */
export function peer(library, name) {
  return {
    key: "unrolled",
    name,
    load: () => `${name} ${library.backend().version}, ${library.backend().simd}`,
    contestants(line) {
      if (line.mode === "train") return [{ name, sample: timed(trainingStep(library, line)) }];
      if (!isOneStep(line.sizes)) return [{ name, sample: timed(forward(library, line)) }];
      return [
        { name, sample: timed(streamStep(library, line)) },
        { name: `${name}, forward()`, sample: timed(forward(library, line)) },
      ];
    },
  };
}

export const unrolled = peer(present, "unrolled");
