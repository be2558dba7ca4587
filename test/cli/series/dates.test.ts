import { describe, expect, test } from "vitest";
import { dateFormats, formatDate, parseDate } from "../../../ts/cli/series/dates.js";
import { addSteps, describeStep, findStep, stepsBetween } from "../../../ts/cli/series/step.js";

const at = (text: string) => Date.parse(text);

describe("dates", () => {
  test.each([
    ["2024-02-29", "2024-02-29", "2024-02-29"],
    ["2024-02-29T13:05:00Z", "2024-02-29T13:05:00Z", "2024-02-29T13:05:00Z"],
    ["2024-02-29T13:05:00.250Z", "2024-02-29T13:05:00.250Z", "2024-02-29T13:05:00.250Z"],
    ["2024-02-29T13:05:00+02:00", "2024-02-29T11:05:00Z", "2024-02-29T11:05:00Z"],
    ["2024-02-29 13:05:00.250000", "2024-02-29T13:05:00.250Z", "2024-02-29 13:05:00.250000"],
    ["2024-02-29T13:05:00.250000Z", "2024-02-29T13:05:00.250Z", "2024-02-29T13:05:00.250000Z"],
    ["2024-02-29 13:05", "2024-02-29T13:05:00Z", "2024-02-29 13:05"],
    ["2024-02", "2024-02-01", "2024-02"],
    ["2024/2/9", "2024-02-09", "2024/02/09"],
    ["29.02.2024", "2024-02-29", "29.02.2024"],
    ["02/29/2024", "2024-02-29", "02/29/2024"],
    ["29/02/2024", "2024-02-29", "29/02/2024"],
    ["20240229", "2024-02-29", "20240229"],
    ["Feb 29 2024", "2024-02-29", "Feb 29 2024"],
    ["29 February 2024", "2024-02-29", "29 February 2024"],
    ["Feb-24", "2024-02-01", "Feb-24"],
    ["2024-Q2", "2024-04-01", "2024-Q2"],
    ["2024", "2024-01-01", "2024"],
    ["1709164800", "2024-02-29", "1709164800"],
    ["1709164800000", "2024-02-29", "1709164800000"],
  ])("%s is %s and is written %s", (cell, moment, written) => {
    const [format] = dateFormats([cell]);
    expect(format).toBeDefined();
    expect(parseDate(cell, format!)).toBe(at(moment));
    expect(formatDate(parseDate(cell, format!)!, format!)).toBe(written);
  });

  test.each(["2024-02-30", "2023-02-29", "2024-13-01", "32.01.2024", "yesterday", "12", "99999999"])("%s is no date", (cell) => {
    expect(dateFormats([cell])).toEqual([]);
  });

  test("days and months are told apart by all cells together", () => {
    expect(dateFormats(["01/02/2024", "13/02/2024"])).toEqual(["%d/%m/%Y"]);
    expect(dateFormats(["01/02/2024", "02/02/2024"])).toEqual(["%m/%d/%Y", "%d/%m/%Y"]);
  });
});

describe("steps", () => {
  const step = (...days: readonly string[]) => findStep(days.map(at));

  test.each([
    [["2024-01-01", "2024-01-02", "2024-01-03"], "1 day"],
    [["2024-01-01", "2024-02-01", "2024-03-01"], "1 month"],
    [["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29"], "1 month"],
    [["2023-11-30", "2023-12-30", "2024-01-30", "2024-02-29"], "1 month"],
    [["2024-01-01", "2024-04-01", "2024-07-01"], "3 months"],
    [["2022-01-01", "2023-01-01", "2024-01-01"], "1 year"],
    [["2024-01-01", "2024-01-08", "2024-01-15"], "1 week"],
    [["2024-01-01T00:00Z", "2024-01-01T00:15Z", "2024-01-01T00:30Z"], "15 minutes"],
  ])("%j are apart by %s", (days, words) => expect(describeStep(step(...days)!)).toBe(words));

  test("weekends may be left out", () => {
    const days = Array.from({ length: 20 }, (_, index) => addSteps(at("2024-01-04"), { unit: "working day" }, index));
    expect(days.map((time) => new Date(time).getUTCDay())).not.toContain(0);
    expect(findStep(days)).toEqual({ unit: "working day" });
    expect(new Date(days[2]!).toISOString().slice(0, 10)).toBe("2024-01-08");
    for (const [index, time] of days.entries()) if (index > 0) expect(stepsBetween(days[0]!, time, { unit: "working day" })).toBe(index);
  });

  test("the last day of a month leads to the last of the next", () => {
    const month = { unit: "month", count: 1, day: 31 } as const;
    const days = Array.from({ length: 4 }, (_, index) => new Date(addSteps(at("2024-01-31"), month, index)).toISOString().slice(5, 10));
    expect(days).toEqual(["01-31", "02-29", "03-31", "04-30"]);
    expect(stepsBetween(at("2024-01-31"), at("2024-04-30"), month)).toBe(3);
    expect(stepsBetween(at("2024-01-31"), at("2024-04-29"), month)).toBeUndefined();
  });

  test("what is nowhere the same has no step", () => expect(step("2024-01-01", "2024-01-02", "2024-01-05", "2024-01-09")).toBeUndefined());
});
