import { manualSeed, nn } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { plan, type Run, runOne } from "../../examples/adding/adding.js";
import { chart } from "../../examples/adding/chart.js";
import { chrono_ } from "../../examples/adding/model.js";
import { addingProblem, KNOWING_NOTHING } from "../../examples/adding/task.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test.each([2, 3, 7, 50])("two numbers of %i are marked, one in each half, and the target is their sum", (length) => {
  manualSeed(1);
  const [input, target] = addingProblem(length, 40);
  expect([input.shape, target.shape]).toEqual([
    [length, 40, 2],
    [40, 1],
  ]);
  const half = Math.floor(length / 2);
  const marks = input.select(2, 1);
  expect(marks.narrow(0, 0, half).sum(0).toArray()).toEqual(Array.from({ length: 40 }, () => 1));
  expect(marks.sum(0).toArray()).toEqual(Array.from({ length: 40 }, () => 2));
  expect(input.select(2, 0).mul(marks).sum(0).allclose(target.squeeze(1))).toBe(true);
});

test("who always says 1 has the error that is called knowing nothing", () => {
  manualSeed(2);
  const [, target] = addingProblem(10, 50_000);
  expect(target.sub(1).pow(2).mean().item()).toBeCloseTo(KNOWING_NOTHING, 2);
});

test("the LSTM's gates are set to remember over 1 to 400 steps, and to take in as little at a time", () => {
  manualSeed(3);
  const lstm = new nn.LSTM(2, 200);
  chrono_(lstm, 400);
  const [input, forget, cell, output] = lstm.bias_ih_l0!.split(200) as [nn.Parameter, nn.Parameter, nn.Parameter, nn.Parameter];
  const memory = forget.exp();
  expect(memory.min().item()).toBeGreaterThan(0.999);
  expect(memory.max().item()).toBeLessThan(400);
  expect(memory.mean().item()).toBeGreaterThan(150);
  expect(input.add(forget).abs().max().item()).toBe(0);
  for (const zero of [cell, output, lstm.bias_hh_l0!]) expect(zero.abs().max().item()).toBe(0);
});

test("LSTM and GRU solve it, a plain RNN does not", () => {
  const first = figures<{ runs: Run[] }>("adding");
  const [lstm, gru, rnn] = first.runs as [Run, Run, Run];
  expect([lstm.cell, gru.cell, rnn.cell]).toEqual(["lstm", "gru", "rnn"]);
  for (const { mse, solvedAt } of [lstm, gru]) {
    expect(mse).toBeLessThan(0.01);
    expect(solvedAt).toBeGreaterThan(0);
  }
  expect(rnn.knowingNothing).toBeCloseTo(KNOWING_NOTHING, 1);
  expect(rnn.mse / rnn.knowingNothing).toBeGreaterThan(0.9);
  expect(rnn.solvedAt).toBeNull();
  expect(rnn.steps).toBeGreaterThanOrEqual(Math.max(lstm.solvedAt!, gru.solvedAt!));
}, 120_000);

test("a training is the same whatever was drawn before it", () => {
  const training = { ...plan(true)[0]!, steps: 50 };
  const first = runOne(training, 4);
  expect(runOne(training, 4)).toEqual(first);
  expect(runOne(training, 5).mse).not.toBe(first.mse);
  expect(first.curve.map(({ step }) => step)).toEqual([0, 50]);
});

test("the picture names the cells and the lengths", () => {
  const curve = [
    { step: 0, mse: 7 },
    { step: 50, mse: 0 },
  ];
  const run = { learningRate: 0.01, steps: 50, mse: 0, knowingNothing: 0.2, solvedAt: 50, curve };
  const svg = chart([
    { ...run, length: 10, cell: "lstm" },
    { ...run, length: 20, cell: "rnn" },
  ]);
  for (const words of ["LSTM", "RNN", "T = 10", "T = 20", "mean squared error"]) expect(svg).toContain(words);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
