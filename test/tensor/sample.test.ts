import { Generator, tensor, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { sample } from "./helpers.js";

const weights = tensor([1, 0, 3, 6]);

describe("multinomial", () => {
  test("draws each index as often as its weight says", () => {
    const generator = new Generator().manualSeed(1);
    for (const replacement of [true, false]) {
      const counts = [0, 0, 0, 0];
      for (let round = 0; round < 3000; round++) {
        const draws = replacement ? 2 : 1;
        for (const index of weights.multinomial(draws, { replacement, generator }).data) counts[index]! += 1 / draws / 3000;
      }
      for (const [index, weight] of [0.1, 0, 0.3, 0.6].entries()) expect(Math.abs(counts[index]! - weight)).toBeLessThan(0.03);
    }
  });

  test("without replacement gives each index once, and none of weight 0 if others are left", () => {
    const generator = new Generator().manualSeed(2);
    for (let round = 0; round < 50; round++) {
      const drawn = [...weights.multinomial(3, { generator }).data];
      expect(drawn.toSorted()).toEqual([0, 2, 3]);
    }
    expect([...weights.multinomial(4, { generator }).data].toSorted()).toEqual([0, 1, 2, 3]);
  });

  test("the same seed gives the same indices", () => {
    const rows = sample([5, 7], 3, [0, 1]);
    const draw = (replacement: boolean) => rows.multinomial(4, { replacement, generator: new Generator().manualSeed(9) });
    expect(draw(true).shape).toEqual([5, 4]);
    expect(draw(false).dtype).toBe("int32");
    expect(draw(true).data).toEqual(draw(true).data);
    expect(draw(false).data).toEqual(draw(false).data);
  });

  test("with replacement, the index is that of the first partial sum not below a uniform number of 53 bits", () => {
    const generator = new Generator().manualSeed(5);
    const uniform = Array.from({ length: 20 }, () => generator.uniform64());
    const drawn = weights.multinomial(20, { replacement: true, generator: new Generator().manualSeed(5) });
    expect([...drawn.data]).toEqual(uniform.map((value) => [0.1, 0.1, 0.4, 1].findIndex((sum) => Math.fround(sum) >= value)));
  });

  test("does not record", () => {
    expect(zeros([2], { requiresGrad: true }).exp().multinomial(1).requiresGrad).toBe(false);
  });
});
