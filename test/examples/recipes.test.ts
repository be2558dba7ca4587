import { readdirSync } from "node:fs";
import { manualSeed, nn, noGrad, optim, type Tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { accumulate } from "../../examples/recipes/accumulation.js";
import { startAverage, updateAverage } from "../../examples/recipes/average.js";
import { Tagger } from "../../examples/recipes/learnable-state.js";
import { deep } from "../../examples/recipes/residual.js";
import { Funnel } from "../../examples/recipes/sizes-per-layer.js";
import { TiedModel } from "../../examples/recipes/tied-weights.js";
import { WeightDrop } from "../../examples/recipes/weight-drop.js";
import { expectShown } from "../support/documents.js";
import { checkGradients, expectClose, ints, sample } from "../tensor/helpers.js";

const files = readdirSync(new URL("../../examples/recipes/", import.meta.url));

test.each(files)("docs/recipes.md shows %s as it is", (file) => {
  expectShown("docs/recipes.md", "ts", `examples/recipes/${file}`);
});

/** Trains for some steps; the first and the last loss. */
function train(parameters: nn.Parameter[], loss: () => Tensor, steps = 40): [first: number, last: number] {
  const optimizer = new optim.Adam(parameters, { lr: 0.02 });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const each = loss();
    each.backward();
    optimizer.step();
    losses.push(each.item());
  }
  return [losses[0]!, losses.at(-1)!];
}

test("a learned initial state: its gradient sums over the batch, and it changes the output", () => {
  manualSeed(1);
  const model = new Tagger();
  nn.init.normal_(model.h0);
  nn.init.normal_(model.c0);
  const input = sample([3, 4, 8], 1);
  expect(model.parameters()).toContain(model.h0);
  checkGradients(
    (h0, c0) => {
      Object.assign(model, { h0, c0 });
      return model.forward(input);
    },
    [model.h0.detach(), model.c0.detach()],
  );
});

test("a residual stack keeps its shape, and is the identity where its layers give nothing", () => {
  manualSeed(2);
  const stack = deep(6, 4);
  const input = sample([5, 3, 6], 1);
  const target = sample([5, 3, 6], 2);
  const [first, last] = train(stack.parameters(), () => nn.functional.mseLoss(stack.forward(input), target));
  expect(last).toBeLessThan(0.7 * first);
  for (const parameter of stack.parameters()) nn.init.zeros_(parameter);
  expect(stack.forward(input).data).toEqual(input.data);
});

test("layers of different sizes: states of one call are the states of the next", () => {
  manualSeed(3);
  const model = new Funnel(7, [6, 3, 5]);
  const input = sample([8, 2, 7], 1);
  const [whole, last] = model.forward(input);
  expect(last.map(([h, c]) => [h.shape, c.shape])).toEqual([6, 3, 5].map((size) => [[1, 2, size], [1, 2, size]])); // biome-ignore format: a pair
  const [head, states] = model.forward(input.narrow(0, 0, 5));
  const [tail] = model.forward(input.narrow(0, 5, 3), states);
  expect([...head.data, ...tail.data]).toEqual([...whole.data]);
  expect(model.parameters()).toHaveLength(12);
});

describe("weight drop", () => {
  test("drops recurrent weights in training only, and gives them gradients", () => {
    manualSeed(4);
    const model = new WeightDrop();
    const input = sample([5, 2, 8], 1);
    const weight = model.rnn.weight_hh_l0;
    const [plain] = model.rnn.forward(input);
    expect(model.forward(input)[0].data).not.toEqual(plain.data);
    expect(model.eval().forward(input)[0].data).toEqual(plain.data);

    model.train();
    manualSeed(5);
    const mask = nn.functional.dropout(weight.detach().mul(0).add(1), { p: 0.5 });
    manualSeed(5);
    model.forward(input)[0].sum().backward();
    const dropped = [...mask.data].map((value, at) => [value, weight.grad!.data[at]!] as const);
    expect(dropped.every(([kept, gradient]) => (kept === 0) === (gradient === 0))).toBe(true);
    expect(model.rnn.weight_hh_l0).toBe(weight);
  });

  test("leaves the weights in place after an error", () => {
    const model = new WeightDrop();
    const weight = model.rnn.weight_hh_l0;
    expect(() => model.forward(sample([5, 2, 7], 1))).toThrow("LSTM.forward: input must be [T, N, 8], got [5, 2, 7]");
    expect(model.rnn.weight_hh_l0).toBe(weight);
    expect(Object.keys(model.stateDict())).toContain("rnn.weight_hh_l0");
  });
});

test("tied weights are one parameter under two names, which gets the gradient of both uses", () => {
  manualSeed(6);
  const model = new TiedModel(5, 6);
  expect(model.namedParameters().filter(([, parameter]) => parameter === model.head.weight)).toHaveLength(1);
  expect(Object.keys(model.stateDict())).toEqual(expect.arrayContaining(["embedding.weight", "head.weight"]));
  const tokens = ints([0, 3, 1, 1, 4, 2], [3, 2]);
  checkGradients(
    (weight) => {
      Object.assign(model.embedding, { weight });
      Object.assign(model.head, { weight });
      return model.forward(tokens);
    },
    [model.embedding.weight.detach()],
  );
  const fresh = new TiedModel(5, 6);
  const [first, last] = train(fresh.parameters(), () =>
    nn.functional.crossEntropy(fresh.forward(tokens).reshape([-1, 5]), tokens.reshape([-1])),
  );
  expect(last).toBeLessThan(0.5 * first);
  expect(fresh.head.weight).toBe(fresh.embedding.weight);
});

test("the moving average is that of the weights, and trains nothing", () => {
  manualSeed(7);
  const [model, average] = [new nn.Linear(3, 2), new nn.Linear(3, 2)];
  startAverage(average, model);
  let expected = model.weight.data;
  const input = sample([4, 3], 1);
  train(model.parameters(), () => {
    updateAverage(average, model, 0.9);
    expected = expected.map((value, at) => 0.9 * value + 0.1 * model.weight.data[at]!) as typeof expected;
    return model.forward(input).mul(model.forward(input)).sum();
  }, 5); // biome-ignore format: one call
  expectClose(average.weight, expected, 1e-6);
  expect(average.weight.data).not.toEqual(model.weight.data);
  const output = average.forward(input);
  expect([output.requiresGrad, average.weight.grad]).toEqual([false, null]);
});

test("accumulated gradients make the step of the whole batch", () => {
  const [input, target] = [sample([6, 3], 1), sample([6, 2], 2)];
  const step = (parts: number) => {
    manualSeed(8);
    const model = new nn.Linear(3, 2);
    const batches = input.chunk(parts, 0).map((part, index) => [part, target.chunk(parts, 0)[index]!] as const);
    const loss = accumulate(model, new optim.SGD(model.parameters(), { lr: 0.1 }), batches);
    return noGrad(() => [loss, ...model.weight.data, ...model.bias!.data]);
  };
  expectClose(Float32Array.from(step(3)), step(1), 1e-6);
});
