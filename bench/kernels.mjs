// Kernels alone, by the raw exports of the core: packed products, activations, an optimizer.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { besidePeak } from "./lines.mjs";
import { timed } from "./measure/turns.mjs";

/** Rows, outputs and inputs of a product with packed weights. One row: a matrix times a vector. */
const PRODUCTS = [
  [48, 512, 128],
  [48, 2048, 512],
  [1, 512, 128],
  [1, 2048, 512],
];

const POINTWISE = ["sigmoid", "tanh", "exp"];

/** Elements of an array that stays in the first cache. */
const ELEMENTS = 2048;

/** Elements of a weight matrix of 512 × 128; with its gradient and two moments 1 MiB. */
const WEIGHTS = 65536;

/** About so many operations or elements per time taken: a tenth of a millisecond. */
const BATCH = { flops: 4e6, elements: 1e5 };

/** An instance of its own of a core, and arrays in it. */
function instantiate(file) {
  const module = new WebAssembly.Module(readFileSync(file));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) imports[from] = { ...imports[from], [name]: () => {} };
  const core = new WebAssembly.Instance(module, imports).exports;
  const place = (length, value = () => Math.random() - 0.5) => {
    const pointer = core.allocate(4 * length);
    new Float32Array(core.memory.buffer, pointer, length).forEach((_, index, array) => {
      array[index] = value();
    });
    return pointer;
  };
  return { core, place };
}

const repeated = (count, call) =>
  timed(() => {
    for (let index = 0; index < count; index++) call();
  }, count);

/** The kernel that a Linear uses: weights packed before, a bias added. */
function product({ core, place }, [rows, outputs, inputs]) {
  const [x, weight, bias, y] = [place(rows * inputs), place(outputs * inputs), place(outputs), place(rows * outputs)];
  const packed = core.allocate(4 * core.linear_packed_length(inputs, outputs));
  core.linear_pack(inputs, outputs, weight, packed, false);
  const flops = 2 * rows * outputs * inputs;
  const call = () => core.linear(rows, inputs, outputs, x, packed, bias, y);
  return { name: `product ${rows}×${outputs}×${inputs}`, flops, sample: repeated(Math.ceil(BATCH.flops / flops), call) };
}

function pointwise({ core, place }, name) {
  const [x, y] = [place(ELEMENTS, () => 8 * Math.random() - 4), place(ELEMENTS)];
  const call = () => core[name](ELEMENTS, x, y);
  return { name, elements: ELEMENTS, sample: repeated(Math.ceil(BATCH.elements / ELEMENTS), call) };
}

function adam({ core, place }) {
  const [weight, gradient, first] = [place(WEIGHTS), place(WEIGHTS), place(WEIGHTS)];
  const second = place(WEIGHTS, Math.random);
  let step = 0;
  const call = () => {
    step++;
    core.adam(WEIGHTS, weight, gradient, first, second, 0, 1e-3, 0.9, 0.999, 1e-8, 0, false, false, step);
  };
  return { name: "adam", elements: WEIGHTS, sample: repeated(1, call) };
}

const kernelsOf = (instance) => [
  ...PRODUCTS.map((sizes) => product(instance, sizes)),
  ...POINTWISE.map((name) => pointwise(instance, name)),
  adam(instance),
];

/** The kernels of this build; after each, that of the build before, if there is one. */
function contestantsOf(simd, before) {
  const file = simd === "relaxed" ? "core-relaxed.wasm" : "core.wasm";
  const ours = kernelsOf(instantiate(new URL(import.meta.resolve(`unrolled/${file}`))));
  if (before === undefined) return ours;
  const theirs = kernelsOf(instantiate(join(before.cores, file)));
  return ours.flatMap((kernel, index) => [kernel, { ...theirs[index], name: `${kernel.name}, ${before.short}` }]);
}

/** One result for each kernel; `flops` or `elements` of one call. */
export async function measureKernels(simd, peak, seconds, before) {
  const contestants = contestantsOf(simd, before);
  const { peak: top, results } = await besidePeak(peak, contestants, seconds);
  return results.map((result, index) => {
    const { flops, elements } = contestants[index];
    return { kind: "kernel", ...result, peak: top, ...(flops === undefined ? { elements } : { flops }) };
  });
}
