// jax-js has no recurrent layers: an LSTM written by hand, unrolled over time and compiled as a whole, in the fastest form that was found.
// Its arrays are counted by hand: a function uses up what it is given, `x.ref` is one use more.

import { createRequire } from "node:module";
import { GATES } from "../cases.mjs";
import { timed } from "../measure/turns.mjs";

export const key = "jax";
export const name = "jax-js";

/** @type {typeof import("@jax-js/jax")} */
let jax;

export async function load() {
  // Where there are web workers (Bun, and Node once ONNX Runtime has put them there) it would take all cores; the comparison is of one thread.
  Object.defineProperty(globalThis, "Worker", { get: () => undefined, set: () => {} });
  jax = await import("@jax-js/jax");
  await jax.init("wasm");
  const require = createRequire(import.meta.url);
  const { version } = require(require.resolve("@jax-js/jax").replace(/dist.*/, "package.json"));
  return `jax-js ${version}, wasm, one thread`;
}

/** Too large: minutes to compile. */
const LEFT_OUT = ["big", "chars2"];

const random = (...shape) => {
  const values = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => (Math.random() - 0.5) / 5);
  return jax.numpy.array(values).reshape(shape);
};

/** Another use of every array. */
const refs = (arrays) => Object.fromEntries(Object.entries(arrays).map(([key, array]) => [key, array.ref]));

/** `x·wᵀ`. Weights `[4H, K]` used transposed are faster than `[K, 4H]`: 190 against 490 ms in a training step of `long`. */
const product = (x, w) => jax.numpy.matmul(x, w.transpose());

/** The next `[h, c]` of gates before their activation. */
function cell(gates, c) {
  const { nn, numpy: np } = jax;
  const [i, f, g, o] = np.split(gates, 4, -1);
  const next = nn
    .sigmoid(f)
    .mul(c)
    .add(nn.sigmoid(i).mul(np.tanh(g)));
  return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
}

/** All `h` `[T, N, H]`; `gatesOf(t)` is the part of the gates that does not depend on `h`; uses up `wh`. */
function unroll({ steps, batch, hidden }, wh, gatesOf, state) {
  const { numpy: np } = jax;
  let [h, c] = state ?? [np.zeros([batch, hidden]), np.zeros([batch, hidden])];
  const outputs = [];
  for (let step = 0; step < steps; step++) {
    const gates = gatesOf(step).add(product(h, step < steps - 1 ? wh.ref : wh));
    [h, c] = cell(gates, c);
    outputs.push(h.ref);
  }
  return [np.stack(outputs), h, c];
}

/** `X·W_ihᵀ + b` of all steps as one product, in pieces of a step each. */
function inputGates({ steps, batch, input, hidden }, { wi, b }, x) {
  const gates = product(x.reshape([steps * batch, input]), wi).add(b);
  return jax.numpy.split(gates.reshape([steps, batch, 4 * hidden]), steps, 0).map((each) => each.reshape([batch, 4 * hidden]));
}

/** Differentiates with respect to the weights, as one would write it: with the input's product in the loop the fastest for batches. */
function tapeGradients(sizes, weights, x, target) {
  const { numpy: np, valueAndGrad } = jax;
  const loss = ({ wi, wh, b }, x, target) => {
    const gatesOf = (step) => product(x.ref.slice(step), wi.ref).add(b.ref);
    const [output, h, c] = unroll(sizes, wh, gatesOf);
    for (const array of [h, c, x, wi, b]) array.dispose();
    return np.square(output.sub(target)).mean();
  };
  return valueAndGrad(loss)(weights, x, target);
}

/** Differentiates with respect to the gates, and makes one product over all steps of their gradients: the fastest for single sequences. */
function gateGradients(sizes, weights, x, target) {
  const { numpy: np, valueAndGrad } = jax;
  const { steps, batch, input, hidden } = sizes;
  const loss = (offset, { wi, wh, b }, x, target) => {
    const offsets = np.split(offset, steps, 0).map((each) => each.reshape([batch, 4 * hidden]));
    const gates = inputGates(sizes, { wi, b }, x);
    const [output, h, c] = unroll(sizes, wh, (step) => gates[step].add(offsets[step]));
    h.dispose();
    c.dispose();
    return [np.square(output.ref.sub(target)).mean(), output];
  };
  const zero = np.zeros([steps, batch, 4 * hidden]);
  const [[value, output], dOffset] = valueAndGrad(loss, { hasAux: true })(zero, weights, x.ref, target);
  const dGates = dOffset.reshape([steps * batch, 4 * hidden]);
  const first = np.zeros([1, batch, hidden]);
  const before = np.concatenate([first, output]).slice([0, steps]);
  return [
    value,
    {
      wi: np.matmul(dGates.ref.transpose(), x.reshape([steps * batch, input])),
      wh: np.matmul(dGates.ref.transpose(), before.reshape([steps * batch, hidden])),
      b: dGates.sum(0),
    },
  ];
}

/** Adam: the next weight and moments; `corrections` holds 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ). */
function adam(weight, gradient, first, second, corrections) {
  const { numpy: np } = jax;
  const m = first.mul(0.9).add(gradient.ref.mul(0.1));
  const v = second.mul(0.999).add(np.square(gradient).mul(0.001));
  const direction = m.ref.mul(corrections.ref.slice(0)).div(np.sqrt(v.ref.mul(corrections.ref.slice(1))).add(1e-8));
  return [weight.sub(direction.mul(1e-3)), m, v];
}

function compiledStep(sizes) {
  const gradients = sizes.batch === 1 ? gateGradients : tapeGradients;
  return jax.jit((weights, first, second, corrections, x, target) => {
    const [value, gradient] = gradients(sizes, refs(weights), x, target);
    const next = [{}, {}, {}];
    for (const key of Object.keys(weights)) {
      const [weight, m, v] = adam(weights[key], gradient[key], first[key], second[key], corrections);
      Object.assign(next[0], { [key]: weight });
      Object.assign(next[1], { [key]: m });
      Object.assign(next[2], { [key]: v });
    }
    corrections.dispose();
    return [...next, value];
  });
}

const makeWeights = ({ input, hidden }) => {
  const rows = GATES.LSTM * hidden;
  return { wi: random(rows, input), wh: random(rows, hidden), b: random(rows) };
};

function trainingStep(sizes) {
  const { numpy: np } = jax;
  const { steps, batch, input, hidden } = sizes;
  const step = compiledStep(sizes);
  const weights = makeWeights(sizes);
  const zeros = () => Object.fromEntries(Object.entries(weights).map(([key, array]) => [key, np.zeros(array.shape)]));
  let state = [weights, zeros(), zeros()];
  const x = random(steps, batch, input);
  const target = random(steps, batch, hidden);
  let count = 0;
  return async () => {
    count++;
    const corrections = np.array([1 / (1 - 0.9 ** count), 1 / (1 - 0.999 ** count)]);
    const [next, first, second, value] = step(...state, corrections, x.ref, target.ref);
    state = [next, first, second];
    return await value.data();
  };
}

/** A single step takes the state of the step before. */
function forward(sizes) {
  const { numpy: np } = jax;
  const { steps, batch, input, hidden } = sizes;
  const run = jax.jit((weights, x, h, c) => {
    const gates = inputGates(sizes, weights, x);
    return unroll(sizes, weights.wh, (step) => gates[step], [h, c]);
  });
  const weights = makeWeights(sizes);
  const x = random(steps, batch, input);
  const zero = () => np.zeros([batch, hidden]);
  let state = [zero(), zero()];
  return async () => {
    const [output, ...next] = run(refs(weights), x.ref, ...state);
    state = next;
    return await output.data();
  };
}

export function contestants({ cell: kind, mode, sizes }) {
  if (kind !== "LSTM" || LEFT_OUT.includes(sizes.name)) return [];
  return [{ name, sample: timed(mode === "train" ? trainingStep(sizes) : forward(sizes)) }];
}
