import { expect, test } from "vitest";
import { quantile, summary, threeDigits, times } from "../../bench/measure/statistics.mjs";
import { inTurns, timed } from "../../bench/measure/turns.mjs";

test("quantiles lie between values where they must", () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  expect(quantile([7], 0.99)).toBe(7);
});

test("a summary sorts by value, not by text", () => {
  expect(summary([100, 20, 3])).toEqual({ median: 20, low: 11.5, high: 60, p99: 98.4, calls: 3 });
});

test("numbers show the digits that count", () => {
  expect([0, 0.01234, 1.234, 12.34, 1234].map(threeDigits)).toEqual(["0", "0.0123", "1.23", "12.3", "1234"]);
  expect([0.456, 1.994, 1.999, 9.94, 9.96, 28.4].map(times)).toEqual(["0.46 ×", "1.99 ×", "2.0 ×", "9.9 ×", "10 ×", "28 ×"]);
});

test("a sample lasts as long as asked and waits for what is asynchronous", async () => {
  const start = performance.now();
  const waits = await timed(() => new Promise((resolve) => setTimeout(resolve, 4)))(10);
  expect(performance.now() - start).toBeGreaterThanOrEqual(10);
  expect(Math.min(...waits)).toBeGreaterThan(3);
  expect(await timed(() => 1)(0)).toHaveLength(1);
});

test("times of calls that do a thing several times are of one", async () => {
  const busy = (): void => {
    const end = performance.now() + 2;
    while (performance.now() < end);
  };
  const [whole] = await timed(busy)(0);
  const [part] = await timed(busy, 1000)(0);
  expect(part! * 50).toBeLessThan(whole!);
});

test("contestants take turns, and each enters before its own", async () => {
  const events: string[] = [];
  const contestant = (name: string, milliseconds: number) => ({
    name,
    enter: () => events.push(`enter ${name}`),
    leave: () => events.push(`leave ${name}`),
    sample: async (): Promise<number[]> => {
      events.push(name);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return [milliseconds, milliseconds];
    },
  });
  const results = await inTurns([contestant("a", 300), contestant("b", 1200)], 0.001);
  // The second is so slow that two calls of the warm-up and three of the measurement are enough: two turns of two.
  expect(results.map(({ name, median, calls }) => ({ name, median, calls }))).toEqual([
    { name: "a", median: 300, calls: 6 },
    { name: "b", median: 1200, calls: 4 },
  ]);
  expect(events.slice(-2)).toEqual(["leave a", "leave b"]);
  expect(events.join()).toContain("enter a,a,enter b,b,enter a,a,enter b,b,enter a,a,leave a");
});
