import { expect, test } from "vitest";
import { GrowingCurve } from "../../site/src/common/curve.js";
import { short, time } from "../../site/src/common/format.js";
import { compare } from "../../site/src/series/compare.js";
import { forPage } from "../../site/src/series/table.js";
import { faster } from "../../site/src/speed/verdict.js";

test("the row in which the other one is faster says so in the same words", () => {
  expect(faster(2, 30)).toBe("unrolled, 15 ×");
  expect(faster(30, 2)).toBe("TensorFlow.js, 15 ×");
  expect(faster(3, 2)).toBe("TensorFlow.js, 1.5 ×");
  expect(faster(1, 1.04)).toBe("about the same");
});

test("a forecast that is worse than a naive one is called so", () => {
  const score = (name: string, mae: number) => ({ name, mae, rmse: mae, mase: 1 });
  const others = [score("naive", 4), score("seasonal naive (12)", 2)];
  expect(compare([score("model", 1), ...others])).toBe(
    "Its mean absolute error is 1, 50 % less than that of the seasonal naive (12) forecast (2).",
  );
  expect(compare([score("model", 3), ...others])).toBe(
    "Its mean absolute error is 3, 50 % more than that of the seasonal naive (12) forecast (2).",
  );
  expect(compare([score("model", 2), ...others])).toBe("Its mean absolute error is 2, about that of the seasonal naive (12) forecast (2).");
});

test("sentences of the command line lose what only it has", () => {
  expect(forPage('a.csv: --target must be a column of the file, got "x"; did you mean "y"?')).toBe(
    'a.csv: the column must be a column of the file, got "x"; did you mean "y"?.',
  );
  expect(forPage("a.csv: dates must be 1 day apart, got 2; choose --missing drop")).toBe("a.csv: dates must be 1 day apart, got 2.");
});

test("a curve that grows stays short, and keeps its ends and its mean", () => {
  const curve = new GrowingCurve(2, 64);
  const values = Array.from({ length: 5000 }, (_, index) => index);
  for (const value of values) curve.add(value, 2 * value);
  const [x, y] = curve.columns as [number[], number[]];
  expect(x.length).toBeLessThan(64);
  expect(x.length).toBeGreaterThanOrEqual(32);
  expect(x).toEqual([...x].sort((a, b) => a - b));
  expect(y).toEqual(x.map((value) => 2 * value));
  expect(x.at(-1)).toBeGreaterThan(4800);
});

test("numbers are shown with the digits that mean something", () => {
  expect([1234.5, 12.345, 0.01234, 1.2e-7, 0, Number.NaN].map(short)).toEqual(["1,235", "12.3", "0.0123", "1.2e-7", "0", "not a number"]);
  expect([0.0312, 12.34, 2345].map(time)).toEqual(["0.0312 ms", "12.3 ms", "2.35 s"]);
});
