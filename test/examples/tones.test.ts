import { manualSeed, tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { sine } from "../../examples/sine.js";
import { BANDS, FEATURES, spectrogram } from "../../examples/tones/features.js";
import { decode, likeliest, Recognizer } from "../../examples/tones/model.js";
import { RATE, speak } from "../../examples/tones/speech.js";
import { distance, evaluate, record } from "../../examples/tones/train.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

const talk = { known: [0, 4, 7], least: 2, most: 5 };

test("the spectrogram of a tone is brightest at its frequency", () => {
  for (const band of [3, 15, 31]) {
    const sound = Float32Array.from({ length: 1000 }, (_, t) => sine((BANDS[band]! * t) / RATE));
    const features = spectrogram(sound);
    expect(features.shape).toEqual([9, FEATURES]);
    expect(features.argmax(1).toArray()).toEqual(new Array(9).fill(band));
    // Half of the amplitude times half of the window's length, squared; but for the end of the window.
    expect(features.max().item()).toBeCloseTo(Math.log(2501), 0);
  }
});

test("utterances have the vowels that they say they have, and their lengths differ", () => {
  manualSeed(1);
  const utterances = Array.from({ length: 40 }, () => speak(talk));
  expect(new Set(utterances.flatMap(({ vowels }) => [...vowels]))).toEqual(new Set(talk.known));
  expect(new Set(utterances.map(({ vowels }) => vowels.length))).toEqual(new Set([2, 3, 4, 5]));
  expect(new Set(utterances.map(({ sound }) => sound.length)).size).toBeGreaterThan(35);
  for (const { sound, vowels } of utterances) {
    // 64 to 208 ms a vowel, and pauses.
    expect(sound.length).toBeGreaterThan(0.064 * vowels.length * RATE);
    expect(sound.length).toBeLessThan((0.208 * vowels.length + 0.1 * (vowels.length + 1)) * RATE);
    expect(Math.max(...sound)).toBeGreaterThan(0.7);
  }
});

test("decoding joins repeats, drops blanks, and stops at the end", () => {
  const path = [0, 3, 3, 0, 3, 5, 5, 0, 2];
  const logProbs = tensor(
    path.flatMap((label) => Array.from({ length: 11 }, (_, each) => (each === label ? 0 : -9))),
    { shape: [9, 1, 11] },
  );
  expect(decode(logProbs, [9])).toEqual([[2, 2, 4, 1]]);
  expect(decode(logProbs, [8])).toEqual([[2, 2, 4]]);
  expect(likeliest(logProbs, [3])).toEqual([[0, 3, 3]]);
});

test.each([
  [[], [], 0],
  [[1, 2, 3], [1, 2, 3], 0],
  [[1, 2, 3], [], 3],
  [[1, 3], [1, 2, 3], 1],
  [[2, 1, 4], [1, 2, 3, 4], 2],
  [[5, 5, 5], [1, 2], 3],
])("%j is as far from %j as %d changes", (a, b, edits) => {
  expect(distance(a, b)).toBe(edits);
  expect(distance(b, a)).toBe(edits);
});

test("what is heard does not depend on the other utterances of the batch", () => {
  manualSeed(6);
  const model = new Recognizer(7).eval();
  const samples = record(3, talk);
  const [together, lengths] = model.forward(samples.map(({ features }) => features));
  for (const [index, { features }] of samples.entries()) {
    const [alone, [length]] = model.forward([features]);
    expect(length).toBe(lengths[index]);
    expect(together.select(1, index).narrow(0, 0, length!).allclose(alone.select(1, 0), { atol: 1e-5 })).toBe(true);
  }
  // An untrained net hears something else than was said.
  expect(evaluate(model, samples).sequenceErrors).toBe(1);
});

test("it learns what was said without being told when", { timeout: 120_000 }, () => {
  const result = figures<{ sequenceErrors: number; vowelErrors: number }>("tones");
  expect(result.vowelErrors).toBeLessThan(0.3);
  expect(result.sequenceErrors).toBeLessThan(0.5);
});
