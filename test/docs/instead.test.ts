import { cat, data, eye, Generator, manualSeed, nn, noGrad, ones, rand, tensor } from "unrolled";
import { expect, test } from "vitest";
import { expectClose, ints, sample } from "../tensor/helpers.js";

// What docs/pytorch-compat.md says to do instead of what is not here, against values of PyTorch 2.15.

const x = tensor([[0.3, -1.2, 2], [1.5, 0.25, -0.5]]); // biome-ignore format: a matrix

test("one_hot", () => {
  expect(eye(3).indexSelect(0, ints([2, 0, 2], [3])).toArray()).toEqual([[0, 0, 1], [1, 0, 0], [0, 0, 1]]); // biome-ignore format: a matrix
});

test("normalize, argmin, logsumexp", () => {
  expectClose(x.div(x.norm(2, { dim: -1, keepdim: true })), Float32Array.of(0.12757298, -0.51029193, 0.85048652, 0.93704253, 0.15617377, -0.31234753), 1e-6); // biome-ignore format: one call
  expect(x.neg().argmax(1).toArray()).toEqual([1, 2]);
  expectClose(x.exp().sum(1).log(), Float32Array.of(2.20167112, 1.85195184), 1e-6);
});

test("PoissonNLLLoss and MultiLabelSoftMarginLoss", () => {
  const target = tensor([[1, 0, 1], [0, 1, 0]], { dtype: "float32" }); // biome-ignore format: a matrix
  expectClose(x.exp().sub(target.mul(x)).mean(), Float32Array.of(2.14372563), 1e-6);
  expectClose(new nn.BCEWithLogitsLoss().forward(x, target), Float32Array.of(0.61599928), 1e-6);
});

test("Identity, clone_state, get_total_norm", () => {
  expect(new nn.Sequential().forward(x)).toBe(x);
  const generator = new Generator().manualSeed(3);
  rand([5], { generator });
  const copy = new Generator().setState(generator.getState());
  expect(rand([4], { generator: copy }).data).toEqual(rand([4], { generator }).data);
  const parameter = new nn.Parameter(ones([2]));
  parameter.grad = tensor([3, -4]);
  expect(nn.utils.clipGradNorm_([parameter], Number.POSITIVE_INFINITY)).toBe(5);
  expect(parameter.grad.toArray()).toEqual([3, -4]);
});

test("parameters_to_vector and vector_to_parameters", () => {
  const model = new nn.Linear(3, 2);
  const before = [...model.weight.data, ...(model.bias?.data ?? [])];
  const vector = cat(model.parameters().map((each) => each.flatten()));
  expect([...vector.data]).toEqual(before);
  let start = 0;
  noGrad(() => {
    for (const parameter of model.parameters()) {
      parameter.copy_(vector.mul(2).narrow(0, start, parameter.numel()).reshape(parameter.shape));
      start += parameter.numel();
    }
  });
  expect([...model.weight.data, ...(model.bias?.data ?? [])]).toEqual(before.map((value) => 2 * value));
});

test("Dropout1d: whole channels", () => {
  manualSeed(2);
  const dropped = sample([7, 3, 5], 1).mul(nn.functional.dropout(ones([1, 3, 5])));
  const steps = dropped.unbind().map((step) => Array.from(step.data, (value) => value === 0));
  expect(new Set(steps[0])).toEqual(new Set([true, false]));
  for (const step of steps) expect(step).toEqual(steps[0]);
});

test("WeightedRandomSampler: PyTorch's indices from a seed", () => {
  const weights = tensor([1, 0, 3, 2]);
  const sampler: data.Sampler = {
    *[Symbol.iterator]() {
      yield* weights.multinomial(6, { replacement: true }).data;
    },
  };
  manualSeed(4);
  const loader = new data.DataLoader([10, 11, 12, 13], { batchSize: 6, sampler });
  expect([...loader].map((batch) => batch.toArray())).toEqual([[13, 10, 13, 13, 12, 12]]);
});
