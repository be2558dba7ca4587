// An encoder and a decoder learn to add. Run by `npm run example -- addition`.

import { example, type Outcome, type Settings } from "../example.js";
import { carries, drawSums, type Pair } from "./data.js";
import { draw } from "./draw.js";
import type { Adder } from "./model.js";
import { exactness, type Point, train } from "./train.js";

const LONG = { below: 1000, training: 50_000, heldOut: 4000, plan: { hidden: 128, batch: 64, epochs: 24, learningRate: 6e-3 } };
const SHORT = { below: 50, training: 1000, heldOut: 130, plan: { hidden: 64, batch: 32, epochs: 30, learningRate: 1e-2 } };

/** What the model says of some sums, the wrong ones marked. */
function show(model: Adder, pairs: readonly Pair[]): string {
  const sums = model.add(pairs);
  return pairs.map(([a, b], index) => `  ${a} + ${b} = ${sums[index]}${sums[index] === a + b ? "" : `   ✗ (${a + b})`}`).join("\n");
}

/** Exactness by how often a one is carried, and how many sums that is. */
function byCarries(model: Adder, pairs: readonly Pair[]): { carries: number; sums: number; exact: number }[] {
  const counts = [0, 1, 2, 3].map((count) => pairs.filter((pair) => carries(pair) === count));
  return counts.flatMap((own, count) => (own.length === 0 ? [] : [{ carries: count, sums: own.length, exact: exactness(model, own) }]));
}

function run({ short, say }: Settings): Outcome {
  const { plan, ...counts } = short ? SHORT : LONG;
  const sums = drawSums(counts);
  const all = (counts.below * (counts.below + 1)) / 2;
  const seen = `${((100 * counts.training) / all).toFixed(0)} % of all pairs of numbers below ${counts.below}`;
  say(`${counts.training} sums to learn from, ${seen}; ${counts.heldOut} held out\n`);
  const points: Point[] = [];
  const model = train(sums, plan, (point) => {
    points.push(point);
    say(`epoch ${point.epoch}: loss ${point.loss.toFixed(4)}, ${(100 * point.exact).toFixed(1)} % of validation sums exact`);
  });
  const [exact, groups] = [exactness(model, sums.test), byCarries(model, sums.test)];
  say(`\nunseen sums that are exact, of ${counts.heldOut}: ${(100 * exact).toFixed(2)} %`);
  for (const { carries, sums, exact } of groups) say(`  with ${carries} carried: ${(100 * exact).toFixed(2)} % of ${sums}`);
  say(`some of them:\n${show(model, sums.test.slice(0, 8))}`);
  const result = { sums: { ...counts, share: counts.training / all }, exact, byCarries: groups };
  return { result, picture: () => draw(points, exact, counts.training, counts.heldOut) };
}

await example("addition", run);
