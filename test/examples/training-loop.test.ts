import { manualSeed, nn, noGrad, type Tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { Best } from "../../examples/best.js";
import { sine } from "../../examples/sine.js";
import { waves } from "../../examples/training-loop/waves.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("the sine is one", () => {
  const turns = Array.from({ length: 2001 }, (_, index) => (index - 1000) / 370);
  const errors = turns.map((turn) => Math.abs(sine(turn) - Math.sin(2 * Math.PI * turn)));
  expect(Math.max(...errors)).toBeLessThan(1e-10);
});

test("all forms are there, as loud as each other", () => {
  manualSeed(1);
  const dataset = waves(400);
  const power = [0, 1, 2, 3].map((form) => {
    const own = Array.from({ length: 400 }, (_, index) => dataset.get(index)).filter(([, label]) => label.item() === form);
    expect(own.length).toBeGreaterThan(60);
    return own.reduce((sum, [wave]) => sum + wave.pow(2).mean().item(), 0) / own.length;
  });
  // A wave has the power 1, the noise 0.35².
  for (const value of power) expect(value).toBeCloseTo(1.12, 1);
});

test("the best weights come back, and patience ends", () => {
  const model = new nn.Linear(1, 1);
  const best = new Best(model, 2);
  const set = (value: number) => noGrad(() => model.weight.fill_(value));
  const losses = [3, 1, Number.NaN, 2];
  const goOn = losses.map((loss, epoch) => {
    set(epoch);
    return best.update(epoch, loss);
  });
  expect(goOn).toEqual([true, true, true, false]);
  best.restore();
  expect({ epoch: best.epoch, loss: best.loss, weight: (model.weight as Tensor).item() }).toEqual({ epoch: 1, loss: 1, weight: 1 });
});

interface Result {
  readonly accuracy: number;
  readonly loss: number;
  readonly bestEpoch: number;
}

test("it learns, the same from the same seed and other things from another", { timeout: 120_000 }, () => {
  const result = figures<Result>("training-loop");
  expect(result.accuracy).toBeGreaterThan(0.5);
  expect(result.loss).toBeLessThan(0.75 * Math.log(4));
  expect(figures<Result>("training-loop")).toEqual(result);
  expect(figures<Result>("training-loop", "--seed", "2").loss).not.toBe(result.loss);
});
