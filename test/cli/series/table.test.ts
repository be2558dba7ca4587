import { describe, expect, test } from "vitest";
import { parseCsv } from "../../../ts/cli/series/csv.js";
import { isMissing, numberStyle, parseNumber } from "../../../ts/cli/series/numbers.js";
import { readSeries } from "../../../ts/cli/series/read.js";
import { describeColumns, type Policy, type SpecOptions } from "../../../ts/cli/series/spec.js";

const options = (target: string, more: Partial<SpecOptions> = {}): SpecOptions => ({
  ...{ target, inputs: undefined, ignore: [], date: undefined, dateFormat: undefined, where: undefined, missing: "refuse" as Policy },
  ...more,
});

/** The series in a text. */
function read(text: string, target: string, more: Partial<SpecOptions> = {}) {
  const table = parseCsv(text, "f");
  return readSeries(table, describeColumns(table, options(target, more)));
}

describe("cells", () => {
  test.each([
    ["1234.5", "point", 1234.5],
    ["1,234.5", "point", 1234.5],
    ["-1.5e-3", "point", -0.0015],
    ["+.5", "point", 0.5],
    ["1 234", "point", 1234],
    ["\u22123", "point", -3],
    ["1.234,5", "comma", 1234.5],
    ["0,5", "comma", 0.5],
    ["1,5", "point", undefined],
    ["12a", "point", undefined],
    ["", "point", undefined],
    ["-", "point", undefined],
    ["Infinity", "point", undefined],
    ["1e999", "point", undefined],
    ["0x10", "point", undefined],
  ] as const)("%j, written with a %s, is %j", (cell, style, value) => expect(parseNumber(cell, style)).toBe(value));

  test("a column's style is told by all of its cells and by the delimiter", () => {
    expect(numberStyle(["1", "2.5", ""], ",")).toBe("point");
    expect(numberStyle(["1,234", "2,500"], ",")).toBe("point");
    expect(numberStyle(["1,234", "2,5"], ";")).toBe("comma");
    expect(numberStyle(["1.5", "2.5"], ";")).toBe("point");
    expect(numberStyle(["a", "b", "1"], ",")).toBeUndefined();
    expect(numberStyle(["1", "2", "many"], ",")).toBe("point");
  });

  test("what stands for nothing", () => {
    for (const cell of ["", "NA", "n/a", "NaN", "null", "-", "?"]) expect(isMissing(cell), cell).toBe(true);
    for (const cell of ["0", "no", "x"]) expect(isMissing(cell), cell).toBe(false);
  });
});

describe("tables", () => {
  test.each([",", ";", "\t", "|"])("the delimiter %j is found, also in two rows", (delimiter) => {
    const table = parseCsv(`a${delimiter}b\n1${delimiter}2\n`, "f");
    expect(table).toMatchObject({ delimiter, header: ["a", "b"], rows: [["1", "2"]], numbers: [2] });
  });

  test("rows are numbered as a spreadsheet does, blank ones and quoted line breaks included", () => {
    expect(parseCsv('a,b\n\n"1\n2",3\n\n4,5\n', "f").numbers).toEqual([3, 5]);
  });

  test("empty cells too many or too few at a row's end are no matter", () => {
    expect(parseCsv("a,b,c\n1,2,3,,\n4,5\n", "f").rows).toEqual([
      ["1", "2", "3"],
      ["4", "5", ""],
    ]);
  });
});

describe("what spreadsheets add", () => {
  test("the line that says the separator is no row, and columns without name and value are none", () => {
    expect(parseCsv("sep=;\r\na;b\r\n1;2\r\n", "f")).toMatchObject({ header: ["a", "b"], rows: [["1", "2"]], numbers: [2] });
    expect(parseCsv("a,,b,,\n1,,2,,\n3,,4,,5\n", "f")).toMatchObject({
      header: ["a", "b", "column 5"],
      rows: [
        ["1", "2", ""],
        ["3", "4", "5"],
      ],
    });
  });
});

describe("columns", () => {
  test("a format that is given finds the dates", () => {
    const { times } = read("day,y\nWed 1 Jan 2020,1\nThu 2 Jan 2020,2\nFri 3 Jan 2020,3\n", "y", { dateFormat: "%a %d %b %Y" });
    expect([...times!].map((time) => new Date(time).getUTCDate())).toEqual([1, 2, 3]);
  });

  test("texts of few values are one input each, numbers one", () => {
    const { inputs, target } = read("y,kind,x\n1,a,5\n2,b,6\n3,a,7\n", "y");
    expect([...target]).toEqual([1, 2, 3]);
    expect(inputs.map((column) => [...column])).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [5, 6, 7],
    ]);
  });

  test("a column is left out by ignore, and chosen by inputs", () => {
    expect(read("y,a,b\n1,2,3\n4,5,6\n", "y", { ignore: ["a"] }).inputs.map((column) => [...column])).toEqual([[3, 6]]);
    expect(read("y,a,b\n1,2,3\n4,5,6\n", "y", { inputs: ["a"] }).inputs.map((column) => [...column])).toEqual([[2, 5]]);
  });

  test("a column of numbers is dates only if it says so and they look like such", () => {
    expect(read("year,y\n1990,1\n1991,2\n1992,3\n", "y").step).toEqual({ unit: "month", count: 12, day: 1 });
    expect(read("t,y\n1600000000,1\n1600003600,2\n1600007200,3\n", "y").step).toEqual({ unit: "ms", count: 3_600_000 });
    expect(read("t,y\n1600000000,1\n1600000000,2\n1600007200,3\n", "y").times).toBeNull();
    expect(read("count,y\n1990,1\n1991,2\n1992,3\n", "y").times).toBeNull();
  });
});

describe("what is missing", () => {
  const text = "day,y,kind\n2024-01-01,,a\n2024-01-02,1,a\n2024-01-03,NA,\n2024-01-04,3,b\n2024-01-07,6,b\n";
  const rows = (missing: Policy) => {
    const { target, inputs, times, numbers } = read(text, "y", { missing });
    return { y: [...target], b: [...inputs[1]!], days: [...times!].map((time) => new Date(time).getUTCDate()), numbers: [...numbers] };
  };

  test("is refused by the first that is found", () => {
    expect(() => rows("refuse")).toThrow(
      "f: dates must be 1 day apart, got 2 rows missing (first between 2024-01-04 and 2024-01-07, row 6)",
    );
    expect(() => read("y\n1\n\nNA\n", "y")).toThrow(
      'f: column "y" must be complete, got 1 missing value (first in row 4); choose --missing',
    );
  });

  test("is filled with what was before, from the first complete row on", () => {
    expect(rows("forward")).toEqual({
      y: [1, 1, 3, 3, 3, 6],
      b: [0, 0, 1, 1, 1, 1],
      days: [2, 3, 4, 5, 6, 7],
      numbers: [3, 4, 5, 0, 0, 6],
    });
  });

  test("is interpolated, but not what is 0 or 1", () => {
    expect(rows("interpolate")).toEqual({
      y: [1, 1, 2, 3, 4, 5, 6],
      b: [0, 0, 0, 1, 1, 1, 1],
      days: [1, 2, 3, 4, 5, 6, 7],
      numbers: [2, 3, 4, 5, 0, 0, 6],
    });
  });

  test("is left out with its rows", () => {
    expect(rows("drop")).toEqual({ y: [1, 3, 6], b: [0, 1, 1], days: [2, 4, 7], numbers: [3, 5, 6] });
  });
});
