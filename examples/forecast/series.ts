import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Papa from "papaparse";

/** Values at equal distances of time, and how they are to be forecast. */
export interface Series {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** One for each value, at midnight UTC. */
  readonly dates: readonly Date[];
  readonly values: readonly number[];
  /** After so many steps it is the same time of the year again. */
  readonly season: number;
  /** How many steps are forecast at a time, at most a season. */
  readonly horizon: number;
  /** Steps in one window of the test. */
  readonly window: number;
}

function rows(file: string): Record<string, string>[] {
  // The package itself exports functions that fetch; the files lie beside them.
  const path = fileURLToPath(new URL(`../data/${file}`, import.meta.resolve("vega-datasets")));
  return Papa.parse<Record<string, string>>(readFileSync(path, "utf8"), { header: true, skipEmptyLines: true }).data;
}

/** A number of a row; an empty field is none. */
function number(row: Record<string, string>, column: string): number {
  const value = Number(row[column] || Number.NaN);
  if (Number.isFinite(value)) return value;
  throw new Error(`${column} must be a number in every row, got ${JSON.stringify(row)}`);
}

/**
 * Monthly means of carbon dioxide on Mauna Loa, 1958 to 2020. Of five months before 1965 there is no measurement: they are put on straight lines
 * between their neighbours, half a century before the first test window.
 */
export function carbonDioxide(): Series {
  const dates: Date[] = [];
  const values: number[] = [];
  for (const row of rows("co2-concentration.csv")) {
    const date = new Date(row["Date"] as string);
    const value = number(row, "CO2");
    const [lastDate, last] = [dates.at(-1) ?? date, values.at(-1) ?? value];
    const months = 12 * (date.getUTCFullYear() - lastDate.getUTCFullYear()) + date.getUTCMonth() - lastDate.getUTCMonth();
    for (let month = 1; month < months; month++) {
      dates.push(new Date(Date.UTC(lastDate.getUTCFullYear(), lastDate.getUTCMonth() + month)));
      values.push(last + ((value - last) * month) / months);
    }
    dates.push(date);
    values.push(value);
  }
  return {
    name: "co2-concentration",
    title: "Carbon dioxide on Mauna Loa",
    unit: "ppm",
    dates,
    values,
    season: 12,
    horizon: 12,
    window: 24,
  };
}

/** The highest temperature of each day in Seattle, 2012 to 2015. */
export function weather(): Series {
  const days = rows("seattle-weather.csv");
  const dates = days.map((row) => new Date(row["date"] as string));
  const values = days.map((row) => number(row, "temp_max"));
  return {
    name: "seattle-weather",
    title: "Highest temperature of the day in Seattle",
    unit: "°C",
    dates,
    values,
    season: 365,
    horizon: 14,
    window: 73,
  };
}

/** How much of the year has passed, from 0 to 1. */
export function partOfYear(date: Date): number {
  const year = date.getUTCFullYear();
  const [start, end] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  return (date.getTime() - start) / (end - start);
}
