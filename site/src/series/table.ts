import { InputError } from "../../../ts/cli/errors.js";
import { parseCsv, type RawTable } from "../../../ts/cli/series/csv.js";
import { isMissing, numberStyle } from "../../../ts/cli/series/numbers.js";
import { readSeries, type Series } from "../../../ts/cli/series/read.js";
import { describeColumns, type SeriesSpec } from "../../../ts/cli/series/spec.js";

/** Rows that a column must have, to be offered. */
const LEAST_NUMBERS = 20;

/** A sentence for the command line, for a page: without its options. */
export function forPage(message: string): string {
  const [main = "", ...hints] = message.split("; ");
  const kept = hints.filter((hint) => !hint.includes("--"));
  return `${[main.replaceAll("--target", "the column"), ...kept].join("; ")}.`;
}

/** Columns with numbers in most of their cells. */
export function numberColumns(table: RawTable): string[] {
  return table.header.filter((_, index) => {
    const cells = table.rows.map((row) => row[index] as string);
    const there = cells.filter((cell) => !isMissing(cell)).length;
    return there >= LEAST_NUMBERS && numberStyle(cells, table.delimiter) !== undefined;
  });
}

/**
 * A table that has something to forecast.
 *
 * @throws InputError
 */
export function openTable(text: string, name: string): RawTable {
  const table = parseCsv(text, name);
  if (numberColumns(table).length > 0) return table;
  throw new InputError(`${name}: the table must have a column of at least ${LEAST_NUMBERS} numbers, got none`);
}

function read(table: RawTable, target: string, date: string | undefined): { series: Series; spec: SeriesSpec } {
  const spec = describeColumns(table, {
    target,
    inputs: [],
    ignore: [],
    date,
    dateFormat: undefined,
    where: undefined,
    missing: "interpolate",
  });
  return { series: readSeries(table, spec), spec };
}

/**
 * A column as a series. Where dates cannot be used, rows count as evenly spaced.
 *
 * @throws InputError
 */
export function seriesOf(table: RawTable, column: string): { series: Series; spec: SeriesSpec; notes: string[] } {
  try {
    const { series, spec } = read(table, column, undefined);
    return { series, spec, notes: series.notes.map((note) => `${note}.`) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // If it is not the dates, this throws the same.
    const { series, spec } = read(table, column, "none");
    return { series, spec, notes: [`Rows count as evenly spaced: ${forPage(error.message)}`, ...series.notes.map((note) => `${note}.`)] };
  }
}
