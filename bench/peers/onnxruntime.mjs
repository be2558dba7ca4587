// ONNX Runtime for the web: forward only, one thread.

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { GATES } from "../cases.mjs";
import { timed } from "../measure/turns.mjs";
import { recurrentModel, states } from "./onnx/model.mjs";

export const key = "onnxruntime";
export const name = "onnxruntime-web";

export function load() {
  env.wasm.numThreads = 1;
  return `ONNX Runtime Web ${env.versions.web}, one thread`;
}

const random = (length) => Float32Array.from({ length }, () => Math.random() - 0.5);
const randomTensor = (shape) => new Tensor("float32", random(shape.reduce((product, size) => product * size, 1)), shape);

export async function contestants({ cell, mode, sizes }) {
  if (mode !== "forward") return [];
  const { steps, batch, input, hidden } = sizes;
  // A single step takes the state of the step before.
  const withState = steps === 1 && batch === 1;
  const session = await InferenceSession.create(recurrentModel({ cell, gates: GATES[cell], withState, ...sizes }, random));
  const feeds = { x: randomTensor([steps, batch, input]) };
  const state = withState ? states(cell) : { in: [], out: [] };
  for (const each of state.in) feeds[each] = randomTensor([1, batch, hidden]);
  const run = async () => {
    const results = await session.run(feeds);
    for (const [index, each] of state.in.entries()) feeds[each] = results[state.out[index]];
  };
  return [{ name, sample: timed(run), leave: () => session.release() }];
}
