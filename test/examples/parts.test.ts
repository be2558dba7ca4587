import { manualSeed, nn, noGrad, tensor } from "unrolled";
import { expect, test } from "vitest";
import { lossCurve } from "../../examples/moby-dick/chart.js";
import { bitsPerCharacter } from "../../examples/moby-dick/evaluate.js";
import { generate } from "../../examples/moby-dick/generate.js";
import { History } from "../../examples/moby-dick/history.js";
import { CharModel } from "../../examples/moby-dick/model.js";
import { readCorpus } from "../../examples/moby-dick/text.js";
import { train } from "../../examples/moby-dick/train.js";
import { Vocabulary } from "../../examples/moby-dick/vocabulary.js";

function makeModel(vocabulary: number): CharModel {
  manualSeed(3);
  return new CharModel({ cell: "lstm", vocabulary, embedding: 5, hidden: 7, layers: 1 });
}

test("Moby Dick: nine tenths to learn from, one held out", () => {
  const { vocabulary, training, heldOut } = readCorpus(undefined);
  const text = vocabulary.decode(training);
  expect(text).toMatch(/^ETYMOLOGY\. \(Supplied by a Late Consumptive Usher/);
  expect(text).toContain("\n\nCHAPTER 1. Loomings.\n\nCall me Ishmael.");
  // The table of contents would name them too.
  expect(text.match(/Loomings/g)).toHaveLength(1);
  expect(vocabulary.decode(heldOut)).toMatch(/only found another orphan\.\s*$/);
  expect(heldOut[0]).toBe(training.at(-1));
  const total = training.length + heldOut.length - 1;
  expect(total).toBeGreaterThan(1_205_000);
  expect(total).toBeLessThan(1_217_000);
  expect(training.length).toBe(Math.floor(0.9 * total));
});

test("a vocabulary is sorted, and has one number for all it does not know", () => {
  const vocabulary = Vocabulary.of("whale 🐳");
  expect(vocabulary.characters).toEqual([" ", "a", "e", "h", "l", "w", "🐳"]);
  expect([...vocabulary.encode("awe🐳x?")]).toEqual([1, 5, 2, 6, 7, 7]);
  expect(vocabulary.size).toBe(8);
  expect(vocabulary.decode([5, 3, 1, 4, 2, 7])).toBe("whale\ufffd");
});

test("bits: a model that knows nothing needs log₂ of the number of characters", async () => {
  const model = makeModel(8);
  noGrad(() => {
    model.head.weight.zero_();
    model.head.bias?.zero_();
  });
  expect(await bitsPerCharacter(model, Int32Array.of(1, 5, 2, 6, 7, 0))).toBeCloseTo(3, 6);
});

test("bits: the state is carried through the whole text", async () => {
  const model = makeModel(8);
  const ids = Int32Array.from({ length: 2600 }, (_, index) => (index * index + (index >> 3)) % 8);
  const whole = noGrad(() => {
    const [logits] = model.forward(tensor(ids.subarray(0, -1), { shape: [2599, 1] }));
    return new nn.CrossEntropyLoss().forward(logits.flatten(0, 1), tensor(ids.subarray(1))).item();
  });
  expect(await bitsPerCharacter(model, ids)).toBeCloseTo(whole / Math.log(2), 5);
});

test("the unknown is never written, however likely it is", () => {
  const vocabulary = new Vocabulary(["a", "b"]);
  const model = makeModel(vocabulary.size);
  noGrad(() => model.head.bias?.copy_(tensor([0, 0, 50])));
  expect(generate(model, vocabulary, { prompt: "a", length: 40, seed: 1 })).toMatch(/^[ab]{40}$/);
});

test("a low temperature keeps to the likeliest character", () => {
  const vocabulary = new Vocabulary(["a", "b"]);
  const model = makeModel(vocabulary.size);
  noGrad(() => model.head.bias?.copy_(tensor([0, 3, 0])));
  expect(generate(model, vocabulary, { prompt: "a", length: 40, temperature: 0.01, seed: 1 })).toBe("b".repeat(40));
  expect(generate(model, vocabulary, { prompt: "a", length: 40, temperature: 9, seed: 1 })).toContain("a");
});

test("training learns what follows, and uses its budget", async () => {
  const model = makeModel(4);
  const text = Int32Array.from({ length: 4100 }, (_, index) => index % 4);
  const losses: number[] = [];
  let last = { step: 0, fraction: 0, characters: 0 };
  for await (const progress of train(model, text, { steps: 300 })) {
    losses.push(progress.loss);
    last = progress;
  }
  expect(last).toMatchObject({ step: 300, fraction: 1, characters: 300 * 256 });
  expect(losses[0]).toBeCloseTo(Math.log(4), 0);
  expect(losses.at(-1)).toBeLessThan(0.1);
  expect(await bitsPerCharacter(model, text)).toBeLessThan(0.15);
});

test("the history of a long training is thinned: every point is the mean of as many steps", () => {
  const history = new History();
  for (let step = 1; step <= 3333; step++) history.add({ characters: 10 * step, loss: step });
  expect(history.points.length).toBeLessThan(800);
  expect(history.points.slice(0, 2)).toEqual([
    { characters: 80, loss: 4.5 },
    { characters: 160, loss: 12.5 },
  ]);
  expect(history.points.at(-1)).toEqual({ characters: 33280, loss: 3324.5 });
});

test("the picture of a text known by heart stays in its frame", () => {
  const points = [
    { characters: 100, loss: 2 },
    { characters: 200, loss: 0 },
  ];
  const svg = lossCurve({ title: "<title> & more", subtitle: "", points, heldOut: 0 });
  expect(svg).toContain("&lt;title&gt; &amp; more");
  expect(svg).not.toMatch(/NaN|Infinity/);
});
