import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, Folder, rowsOf, weekly } from "./program.js";

const folder = new Folder();
const QUICK = ["--window", "8", "--hidden", "8", "--epochs", "1", "--overwrite", "--out", "run"];

beforeAll(build);
afterAll(() => folder.dispose());

/** The plain series: dates and values. */
const rows = rowsOf(weekly(120)).slice(1) as [string, string][];

/** The forecast of a file that was trained on, and what was said of it. */
async function forecastOf(name: string, contents: string | Uint8Array, ...args: readonly string[]) {
  writeFileSync(folder.file(name), contents);
  const trained = await folder.run(["train", name, "--target", "sales", ...QUICK, ...args]);
  expect(trained.code, trained.stderr).toBe(0);
  const predicted = await folder.run(["predict", "run", name]);
  expect(predicted.code, predicted.stderr).toBe(0);
  return { said: trained.stderr, row: rowsOf(predicted.stdout)[1]!, csv: predicted.stdout };
}

test("however a file writes it, the series is the same", async () => {
  const plain = await forecastOf("plain.csv", weekly(120));
  expect(plain.row[0]).toBe("2021-06-29");
  const german = (date: string) => date.split("-").reverse().join(".");
  const us = (date: string) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`;
  const files: Record<string, [string | Uint8Array, string]> = {
    "BOM, CRLF": [`\ufeff${weekly(120).replaceAll("\n", "\r\n")}`, "2021-06-29"],
    "semicolons and decimal commas": [
      `day;sales\n${rows.map(([day, sales]) => `${german(day)};${sales.replace(".", ",")}`).join("\n")}\n`,
      "29.06.2021",
    ],
    "tabs and American dates": [`day\tsales\n${rows.map(([day, sales]) => `${us(day)}\t${sales}`).join("\n")}`, "06/29/2021"],
    "UTF-16": [Buffer.from(`\ufeff${weekly(120)}`, "utf16le"), "2021-06-29"],
    "the newest first, blank lines": [
      `day,sales\n\n${rows
        .toReversed()
        .map((row) => row.join(","))
        .join("\n\n")}\n\n`,
      "2021-06-29",
    ],
    "seconds since 1970": [`day_time,sales\n${rows.map(([day, sales]) => `${Date.parse(day) / 1000},${sales}`).join("\n")}`, "1624924800"],
    "quoted cells with line breaks": [
      `"day","sales","note"\n${rows.map(([day, sales]) => `"${day}","${sales}","a ""b"",\nc"`).join("\n")}`,
      "2021-06-29",
    ],
  };
  for (const [name, [contents, date]] of Object.entries(files)) {
    const ignore = name.startsWith("quoted") ? ["--ignore", "note"] : [];
    const { row } = await forecastOf("messy.csv", contents, ...ignore);
    expect(row, name).toEqual([date, plain.row[1]]);
  }
});

test("missing values and rows are refused unless something is chosen, and then told", async () => {
  const gappy = rows.flatMap(([day, sales], index) => (index === 40 || index === 41 ? [] : [`${day},${index === 60 ? "NA" : sales}`]));
  writeFileSync(folder.file("gappy.csv"), `day,sales\n${gappy.join("\n")}\n`);
  const refused = await folder.run(["train", "gappy.csv", "--target", "sales", ...QUICK]);
  expect(refused).toMatchObject({
    code: 1,
    stderr:
      "gappy.csv: dates must be 1 day apart, got 2 rows missing (first between 2021-04-09 and 2021-04-12, row 42); choose --missing interpolate, forward or drop\n",
  });
  const { said } = await forecastOf("gappy.csv", `day,sales\n${gappy.join("\n")}\n`, "--missing", "interpolate");
  expect(said).toContain("note: 2 rows missing between dates put in\n");
  expect(said).toContain('note: "sales" has 1 missing value (first in row 60): interpolated\n');
  expect(said).toContain("120 rows, 1 day apart");
  const dropped = await forecastOf("gappy.csv", `day,sales\n${gappy.join("\n")}\n`, "--missing", "drop");
  expect(dropped.said).toContain("gappy.csv: 117 rows");
});

test("of one row, and of rows that are apart by another step than those of training, what is amiss is said", async () => {
  writeFileSync(folder.file("one.csv"), "day,sales\n2024-01-01,5\n");
  const one = await folder.run(["train", "one.csv", "--target", "sales", ...QUICK]);
  expect(one.stderr).toMatch(/^one\.csv: the series must be at least \d+ rows for a window of 8 and a horizon of 1, got 1; take/);
  await forecastOf("plain.csv", weekly(120));
  writeFileSync(
    folder.file("monthly.csv"),
    `day,sales\n${rows.map(([, sales], month) => `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01,${sales}`).join("\n")}\n`,
  );
  const other = await folder.run(["predict", "run", "monthly.csv"]);
  expect(other.stderr).toBe('monthly.csv: dates in "day" must be 1 day apart, as in training, got 1 month\n');
});

test("dates whose day could be the month mean in a short file what they meant in that of training", async () => {
  const us = rows.map(([day, sales]) => `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)},${sales}`);
  await forecastOf("us.csv", `day,sales\n${us.join("\n")}\n`, "--season", "0");
  // The 1st to the 12th of June.
  writeFileSync(folder.file("short.csv"), `day,sales\n${us.slice(92, 104).join("\n")}\n`);
  const { code, stdout, stderr } = await folder.run(["predict", "run", "short.csv"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(rowsOf(stdout)[1]![0]).toBe("06/13/2021");
});

test("without dates rows are numbered on", async () => {
  const { row } = await forecastOf("numbers.csv", `sales\n${rows.map(([, sales]) => sales).join("\n")}\n`);
  expect(row[0]).toBe("121");
});

test("a constant column, a constant target and a target that jumps do not upset it", async () => {
  const constant = await forecastOf("flat.csv", `sales,other\n${rows.map(() => "5,1").join("\n")}\n`);
  expect(Number(constant.row[1])).toBeCloseTo(5, 3);
  const jump = await forecastOf("jump.csv", `sales\n${rows.map((_, index) => (index < 60 ? 1e-9 : 1e9)).join("\n")}\n`);
  expect(Number.isFinite(Number(jump.row[1]))).toBe(true);
});
