import { manualSeed, noGrad } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { endings } from "../../examples/names/baseline.js";
import { encode, LETTERS, readNames, type Sample } from "../../examples/names/data.js";
import { NameModel } from "../../examples/names/model.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("names on both lists are on neither side, and no name is there twice", () => {
  const { samples, both } = readNames();
  expect(both).toHaveLength(419);
  expect(both).toContain("alex");
  const names = samples.map(({ name }) => name);
  expect(new Set([...names, ...both]).size).toBe(names.length + both.length);
  expect(samples.find(({ name }) => name === "aaron")).toEqual({ name: "aaron", label: 0 });
  expect(samples.find(({ name }) => name === "zuzana")).toEqual({ name: "zuzana", label: 1 });
  expect(names.every((name) => Array.from(name, (letter) => LETTERS.includes(letter)).every(Boolean))).toBe(true);
  expect(encode("z-a").toArray()).toEqual([25, 26, 0]);
});

test("the baseline counts endings, and takes the shorter one where a longer one is new", () => {
  const sample = (name: string, label: 0 | 1): Sample => ({ name, label });
  const training = [sample("anna", 1), sample("ella", 1), sample("joshua", 0), sample("john", 0), sample("ian", 0), sample("ben", 0)];
  // Most are male, most that end in a are female; "ua" is male.
  expect(endings(training, [sample("x", 0), sample("y", 1)], 0)).toBe(0.5);
  expect(endings(training, [sample("rosa", 1), sample("ruan", 0)], 1)).toBe(1);
  expect(endings(training, [sample("quua", 0), sample("rosa", 1)], 2)).toBe(1);
  expect(endings(training, [sample("quua", 0)], 1)).toBe(0);
});

test("a name gets the same logit alone and in a batch of others, in any order", () => {
  manualSeed(4);
  const model = new NameModel(9).eval();
  const names = ["jo", "maximilian", "ann", "li"];
  noGrad(() => {
    const together = model.forward(names).toArray() as number[];
    for (const [index, name] of names.entries()) expect(model.forward([name]).item()).toBeCloseTo(together[index]!, 5);
    const reversed = model.forward([...names].reverse()).toArray() as number[];
    for (const [index, logit] of reversed.reverse().entries()) expect(logit).toBeCloseTo(together[index]!, 5);
    expect(new Set(together).size).toBe(4);
  });
});

test("it is better than the last letter, and less sure of names that are on both lists", { timeout: 120_000 }, () => {
  const result = figures<{
    accuracy: number;
    baselines: number[];
    certainty: { oneList: number; both: number };
    names: { training: number; test: number };
  }>("names");
  const [majority, lastLetter] = result.baselines as [number, number];
  expect(result.names).toMatchObject({ training: 2802, test: 600 });
  expect(majority).toBeLessThan(0.6);
  expect(result.accuracy).toBeGreaterThan(lastLetter + 0.02);
  expect(result.accuracy).toBeGreaterThan(majority + 0.2);
  expect(result.certainty.both).toBeLessThan(result.certainty.oneList - 0.05);
});
