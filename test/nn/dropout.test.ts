import { getRngState, manualSeed, nn, ones, rand, tensor, zeros } from "unrolled";
import { expect, test } from "vitest";
import { sample } from "../tensor/helpers.js";

test("an element is dropped, or divided by 1 − p; the gradient has the same mask", () => {
  manualSeed(2);
  const x = sample([50, 40], 1).requiresGrad_();
  const y = new nn.Dropout(0.75).forward(x);
  const upstream = sample([50, 40], 2);
  y.backward(upstream);
  let kept = 0;
  for (const [index, value] of y.data.entries()) {
    if (value !== 0) kept++;
    expect(value === 0 || value === x.data[index]! * 4).toBe(true);
    expect(x.grad!.data[index]).toBe(value === 0 ? 0 : upstream.data[index]! * 4);
  }
  // Five standard deviations around 500.
  expect(Math.abs(kept - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75));
});

test("a mask takes one draw, whatever its size", () => {
  manualSeed(2);
  const [, second] = [rand([1]), rand([1]).item()];
  for (const shape of [[1], [100, 30]]) {
    manualSeed(2);
    new nn.Dropout(0.5).forward(ones(shape));
    expect(rand([1]).item()).toBe(second);
  }
});

test("masks follow the seed", () => {
  const dropout = new nn.Dropout({ p: 0.5 });
  const run = () => [...dropout.forward(ones([64])).data];
  manualSeed(4);
  const first = run();
  const second = run();
  manualSeed(4);
  expect(run()).toEqual(first);
  expect(second).not.toEqual(first);
});

test("in evaluation, and for p = 0, nothing happens and nothing is drawn", () => {
  const x = ones([8]);
  const state = getRngState();
  expect(new nn.Dropout().eval().forward(x)).toBe(x);
  expect(new nn.Dropout(0).forward(x)).toBe(x);
  expect(nn.functional.dropout(x, { training: false })).toBe(x);
  expect(getRngState()).toEqual(state);
});

test("p = 1 drops all", () => {
  const x = sample([9], 1).requiresGrad_();
  const y = nn.functional.dropout(x, { p: 1 });
  y.sum().backward();
  expect(y.toArray()).toEqual(new Array(9).fill(0));
  expect(x.grad!.toArray()).toEqual(new Array(9).fill(0));
});

test("errors", () => {
  expect(() => new nn.Dropout(1.5)).toThrow("nn.Dropout: p must be a finite number in [0, 1], got 1.5");
  expect(() => new nn.Dropout({ p: Number.NaN })).toThrow("nn.Dropout: p must be a finite number in [0, 1], got NaN");
  expect(() => new nn.Dropout({ rate: 1 } as object)).toThrow('nn.Dropout: option must be one of p, got "rate"');
  expect(() => nn.functional.dropout(tensor([1]), { p: -1 })).toThrow("nn.functional.dropout: p must be a finite number in [0, 1], got -1");
  expect(() => nn.functional.dropout(tensor([1]), { training: 1 as unknown as boolean })).toThrow(
    "nn.functional.dropout: training must be true or false, got 1",
  );
  expect(() => new nn.Dropout().forward(zeros([2], { dtype: "int32" }))).toThrow("Dropout.forward: input must be a float32 tensor, got a");
  expect(() => new nn.Dropout().forward(null as never)).toThrow("Dropout.forward: input must be a tensor or a PackedSequence, got null");
});
