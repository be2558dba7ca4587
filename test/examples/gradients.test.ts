import { beforeAll, expect, test } from "vitest";
import { chart } from "../../examples/gradients/chart.js";
import { nets } from "../../examples/gradients/nets.js";
import { type Reached, reach, report, STEPS } from "../../examples/gradients/reach.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

/** How gradients fare in each network, from every seed. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "tanh RNN": ["vanishing", "vanishing"],
  "tanh RNN, W_hh × 3": ["exploding", "exploding"],
  "ReLU RNN, W_hh = 1.1 · identity": ["exploding", "exploding"],
  GRU: ["vanishing", "vanishing"],
  LSTM: ["vanishing", "vanishing"],
  "LSTM, forget bias 5": ["steady", "steady"],
};

test("as they are made, gradients vanish in RNN, GRU and LSTM, explode with large weights, and stay with open forget gates", () => {
  const found = figures<{ nets: Reached[] }>("gradients").nets;
  const verdicts = Object.keys(nets).map((net) => [net, found.filter((each) => each.net === net).map(({ verdict }) => verdict)]);
  expect(Object.fromEntries(verdicts)).toEqual(expected);
  for (const { verdict, reach: steps, ratio } of found) {
    if (verdict === "vanishing") expect([steps < 50, ratio < 1e-6]).toEqual([true, true]);
    if (verdict === "exploding") expect(ratio).toBeGreaterThan(1e3);
    if (verdict === "steady") expect(steps).toBe(STEPS);
  }
}, 120_000);

test("norms are those of the last step, which is 1, and of all before it", () => {
  const layer = report("LSTM", 3).layers[0]!;
  expect(layer.fromLastStep).toHaveLength(STEPS);
  expect(layer.fromLastStep!.at(-1)).toBe(1);
  expect(() => report("Transformer", 1)).toThrow("net must be one of tanh RNN, ");
});

test("the picture names every network", () => {
  const svg = chart(reach({ short: true, seed: 1, say: () => {} }));
  for (const net of Object.keys(nets)) expect(svg).toContain(net);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
