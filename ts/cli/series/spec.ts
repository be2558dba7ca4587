import { InputError, list, quote, sentence } from "../errors.js";
import { suggestion } from "../nearest.js";
import type { RawTable } from "./csv.js";
import { dateFormats, parseDate } from "./dates.js";
import { isMissing, numberStyle } from "./numbers.js";
import type { Step } from "./step.js";

/** What to do about values that are not there, and about rows that are not there between dates. */
export const POLICIES = ["refuse", "forward", "interpolate", "drop"] as const;
export type Policy = (typeof POLICIES)[number];

/** A column that the model reads beside its target. */
export type InputSpec =
  | { readonly kind: "number"; readonly name: string }
  /** One input, 0 or 1, for each of the values. */
  | { readonly kind: "category"; readonly name: string; readonly values: readonly string[] };

/** What of a file is the series. */
export interface SeriesSpec {
  readonly target: string;
  readonly inputs: readonly InputSpec[];
  /** The column of dates; null if rows are merely one after the other. */
  readonly date: string | null;
  /** How dates are written, if that cannot be told from the file. */
  readonly dateFormat: string | null;
  /** How the file that was trained on writes its dates. */
  readonly written?: string | null | undefined;
  /** How far rows are apart; null without dates. */
  readonly step: Step | null;
  /** Only rows whose column has this value. */
  readonly where: { readonly column: string; readonly value: string } | null;
  readonly missing: Policy;
}

/** What the user says of the file; the rest is found in it. */
export interface SpecOptions {
  readonly target: string;
  /** The columns to read beside the target. @default all */
  readonly inputs: readonly string[] | undefined;
  readonly ignore: readonly string[];
  /** The column of dates, "none" for none. @default the first whose cells are dates */
  readonly date: string | undefined;
  readonly dateFormat: string | undefined;
  readonly where: { readonly column: string; readonly value: string } | undefined;
  readonly missing: Policy;
}

/** More different texts than these say nothing that could be learned. */
const MOST_VALUES = 20;

/**
 * Where a column is.
 *
 * @throws InputError that names the nearest column
 */
export function columnIndex(table: RawTable, option: string, name: string): number {
  const index = table.header.indexOf(name);
  if (index >= 0) return index;
  const hint = suggestion(name, table.header) ?? `it has ${list(table.header)}`;
  throw new InputError(sentence(table.where, option, "a column of the file", quote(name), hint));
}

/** Only the rows whose column has a value. */
export function filterRows(table: RawTable, where: SeriesSpec["where"] | undefined): RawTable {
  if (where === null || where === undefined) return table;
  const index = columnIndex(table, "the column of --where", where.column);
  const kept = table.rows.flatMap((row, position) => (row[index] === where.value ? [position] : []));
  if (kept.length === 0) {
    const values = [...new Set(table.rows.map((row) => row[index]!))];
    const hint = suggestion(where.value, values) ?? `it has ${list(values)}`;
    throw new InputError(sentence(table.where, "--where", `a value of ${quote(where.column)}`, quote(where.value), hint));
  }
  return { ...table, rows: kept.map((position) => table.rows[position]!), numbers: kept.map((position) => table.numbers[position]!) };
}

/** Finds out what each column is. The step is found with the series itself. */
export function describeColumns(whole: RawTable, options: SpecOptions): SeriesSpec {
  const table = filterRows(whole, options.where);
  columnIndex(table, "--target", options.target);
  for (const name of [...(options.inputs ?? []), ...options.ignore])
    columnIndex(table, options.inputs?.includes(name) ? "--inputs" : "--ignore", name);
  const date = dateColumn(table, options);
  const used = new Set([options.target, date, options.where?.column, ...options.ignore]);
  const names = options.inputs ?? table.header.filter((name) => !used.has(name));
  return {
    target: options.target,
    inputs: names.filter((name) => name !== options.target && name !== date).map((name) => describeInput(table, name)),
    date,
    dateFormat: options.dateFormat ?? null,
    step: null,
    where: options.where ?? null,
    missing: options.missing,
  };
}

function dateColumn(table: RawTable, { date, dateFormat, target, ignore }: SpecOptions): string | null {
  if (date === "none") return null;
  if (date !== undefined) return table.header[columnIndex(table, "--date", date)]!;
  const candidates = table.header.filter((name, index) => {
    if (name === target || ignore.includes(name)) return false;
    const cells = table.rows.map((row) => row[index]!);
    if (dateFormat !== undefined && cells.every((cell) => parseDate(cell, dateFormat) !== undefined)) return true;
    const begins = dateFormats(cells.slice(0, 50));
    if (cells.some((cell) => isMissing(cell)) || begins.length === 0) return false;
    const formats = dateFormats(cells);
    const numbers = /^\d+(\.\d+)?$/.test(cells[0]!);
    if (formats.length > 0) return !numbers || areDates(name, cells, formats[0]!);
    // A sum below the last row is no reason to take dates for texts: it is named when they are read.
    const share = (format: string) => cells.filter((cell) => parseDate(cell, format) !== undefined).length / cells.length;
    return cells.length > 50 && !numbers && begins.some((format) => share(format) > 0.9);
  });
  return candidates[0] ?? null;
}

/** Numbers that could be dates are such where the column's name says so, or where they are seconds or milliseconds that rise all along. */
function areDates(name: string, cells: readonly string[], format: string): boolean {
  if (/date|time|month|year|day|hour|week|period|stamp|quarter|datum|zeit|jahr|monat|tag|fecha|año|mes|ann|jour|mois|anno/i.test(name))
    return true;
  return format.startsWith("epoch") && cells.every((cell, row) => row === 0 || Number(cell) > Number(cells[row - 1]));
}

function describeInput(table: RawTable, name: string): InputSpec {
  const index = table.header.indexOf(name);
  const cells = table.rows.map((row) => row[index]!);
  if (cells.every(isMissing)) {
    throw new InputError(
      sentence(table.where, `column ${quote(name)}`, "one with values", "none", `leave it out with --ignore ${shell(name)}`),
    );
  }
  if (numberStyle(cells, table.delimiter) !== undefined) return { kind: "number", name };
  const values = [...new Set(cells.filter((cell) => !isMissing(cell)))].sort();
  if (values.length <= MOST_VALUES) return { kind: "category", name, values };
  const hint = `leave it out with --ignore ${shell(name)}, or say with --inputs which columns to read`;
  const expected = `of numbers or of at most ${MOST_VALUES} different texts to be an input`;
  throw new InputError(sentence(table.where, `column ${quote(name)}`, expected, `${values.length.toLocaleString("en")} texts`, hint));
}

/** A name as one has to write it in a shell. */
export function shell(text: string): string {
  return /^[\w.,/:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
