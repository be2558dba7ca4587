import { InputError, quote, sentence } from "../errors.js";
import type { RawTable } from "./csv.js";
import { dateFormats, formatDate, parseDate } from "./dates.js";
import { columnIndex, type SeriesSpec } from "./spec.js";
import { describeStep, findStep, type Step, sameStep, stepsBetween } from "./step.js";

/** Rows in the order of time. */
export interface Ordered {
  readonly table: RawTable;
  /** Of each row; null without dates. */
  readonly times: readonly number[] | null;
  /** How the file writes its dates. */
  readonly format: string | null;
  readonly step: Step | null;
  /** For each row, how many rows are not there between it and the row before. */
  readonly gaps: readonly number[];
  readonly notes: readonly string[];
}

/**
 * Reads the dates, puts the oldest first, and finds how far rows are apart.
 *
 * @throws InputError if a cell is no date, dates repeat or go back and forth, or their distances differ
 */
export function orderRows(table: RawTable, spec: SeriesSpec): Ordered {
  if (spec.date === null) return { table, times: null, format: null, step: null, gaps: table.rows.map(() => 0), notes: [] };
  const { where } = table;
  const index = columnIndex(table, "the column of dates", spec.date);
  const cells = table.rows.map((row) => row[index]!);
  const format = chooseFormat(table, spec, cells);
  const raw = cells.map((cell) => parseDate(cell, format)!);
  const reversed = raw.length > 1 && raw[0]! > raw.at(-1)!;
  const ordered = reversed ? reverse(table) : table;
  const times = reversed ? raw.toReversed() : raw;
  checkRising(ordered, spec.date, times, format);
  checkSameStep(where, spec, times);
  const step = spec.step ?? (times.length < 2 ? null : (findStep(times) ?? null));
  const gaps = times.map((time, row) => gapBefore(times, row, step, () => irregular(ordered, spec, format, time, row, step)));
  return {
    table: ordered,
    times,
    format,
    step,
    gaps,
    notes: reversed ? ["the newest row comes first in the file: read from its end"] : [],
  };
}

function gapBefore(times: readonly number[], row: number, step: Step | null, fail: () => InputError): number {
  if (row === 0) return 0;
  const steps = step === null ? undefined : stepsBetween(times[row - 1]!, times[row]!, step);
  if (steps === undefined) throw fail();
  return steps - 1;
}

function irregular(table: RawTable, spec: SeriesSpec, format: string, time: number, row: number, step: Step | null): InputError {
  const before = parseDate(table.rows[row - 1]![table.header.indexOf(spec.date!)]!, format)!;
  const expected = step === null ? "the same distance apart" : `${describeStep(step)} apart`;
  const actual = `${formatDate(before, format)} and then ${formatDate(time, format)} in row ${table.numbers[row]}`;
  return new InputError(
    sentence(table.where, `dates in ${quote(spec.date!)}`, expected, actual, "--date none takes the rows as evenly spaced"),
  );
}

function checkSameStep(where: string, spec: SeriesSpec, times: readonly number[]): void {
  if (spec.step === null || times.length < 8) return;
  const found = findStep(times);
  if (found === undefined || sameStep(found, spec.step)) return;
  throw new InputError(
    sentence(where, `dates in ${quote(spec.date!)}`, `${describeStep(spec.step)} apart, as in training`, describeStep(found)),
  );
}

function chooseFormat(table: RawTable, spec: SeriesSpec, cells: readonly string[]): string {
  if (spec.dateFormat !== null) {
    const bad = cells.findIndex((cell) => parseDate(cell, spec.dateFormat!) === undefined);
    if (bad < 0) return spec.dateFormat;
    throw new InputError(
      sentence(table.where, `${quote(spec.date!)} in row ${table.numbers[bad]}`, `a date like ${spec.dateFormat}`, quote(cells[bad]!)),
    );
  }
  const { written } = spec;
  if (typeof written === "string" && cells.every((cell) => parseDate(cell, written) !== undefined)) return written;
  const formats = dateFormats(cells);
  if (formats.length === 0) throw noDate(table, spec.date!, cells);
  if (formats.length === 1) return formats[0]!;
  // Days and months that could be either: the reading in which rows follow each other evenly.
  const even = formats.filter((format) => isEven(cells.map((cell) => parseDate(cell, format)!)));
  const apart = new Set((even.length > 0 ? even : formats).map((format) => cells.map((cell) => parseDate(cell, format)).join()));
  if (apart.size === 1) return (even.length > 0 ? even : formats)[0]!;
  const hint = `say which with --date-format '${formats[0]}' or '${formats.at(-1)}'`;
  throw new InputError(
    sentence(table.where, `dates in ${quote(spec.date!)}`, "of one meaning", `${quote(cells[0]!)}, whose day could be the month`, hint),
  );
}

function isEven(times: readonly number[]): boolean {
  const rising = times[0]! < times.at(-1)! ? times : times.toReversed();
  if (rising.some((time, index) => index > 0 && time <= rising[index - 1]!)) return false;
  const step = rising.length < 2 ? undefined : findStep(rising);
  return step !== undefined && rising.every((time, index) => index === 0 || stepsBetween(rising[index - 1]!, time, step) !== undefined);
}

/** Names the first cell that is not written like most others are. */
function noDate(table: RawTable, column: string, cells: readonly string[]): InputError {
  const sample = cells.slice(0, 200);
  const formats = [...new Set(sample.flatMap((cell) => dateFormats([cell])))];
  const scored = formats.map((format) => ({ format, fits: sample.filter((cell) => parseDate(cell, format) !== undefined).length }));
  const best = scored.sort((a, b) => b.fits - a.fits)[0];
  const bad = best === undefined ? 0 : cells.findIndex((cell) => parseDate(cell, best.format) === undefined);
  const expected = best === undefined ? "a date" : `a date like ${quote(formatDate(Date.UTC(2024, 10, 25, 13, 30), best.format))}`;
  const hint = best === undefined ? "say how they are written with --date-format, such as '%d.%m.%Y'" : undefined;
  return new InputError(sentence(table.where, `${quote(column)} in row ${table.numbers[bad]}`, expected, quote(cells[bad]!), hint));
}

function reverse(table: RawTable): RawTable {
  return { ...table, rows: table.rows.toReversed(), numbers: table.numbers.toReversed() };
}

function checkRising({ where, numbers }: RawTable, column: string, times: readonly number[], format: string): void {
  const wrong = times.findIndex((time, row) => row > 0 && time <= times[row - 1]!);
  if (wrong < 0) return;
  const first = new Map<number, number>();
  for (const [row, time] of times.entries()) {
    const other = first.get(time);
    if (other !== undefined) {
      const actual = `${formatDate(time, format)} in rows ${numbers[other]} and ${numbers[row]}`;
      throw new InputError(
        sentence(
          where,
          `dates in ${quote(column)}`,
          "different",
          actual,
          "if it holds several series, choose one with --where COLUMN=VALUE",
        ),
      );
    }
    first.set(time, row);
  }
  const actual = `${formatDate(times[wrong]!, format)} in row ${numbers[wrong]} after ${formatDate(times[wrong - 1]!, format)}`;
  throw new InputError(sentence(where, `dates in ${quote(column)}`, "in order", actual, "sort the file"));
}
