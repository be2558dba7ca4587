import { counted } from "../../print.js";
import { InputError, list, quote, sentence } from "../errors.js";
import type { RawTable } from "./csv.js";
import { formatDate } from "./dates.js";
import { fillColumns, type GappyColumn } from "./missing.js";
import { isMissing, numberStyle, parseNumber } from "./numbers.js";
import { type Ordered, orderRows } from "./order.js";
import { columnIndex, filterRows, type InputSpec, type SeriesSpec } from "./spec.js";
import { addSteps, describeStep, type Step } from "./step.js";

/** Values one after the other, the oldest first, without gaps. */
export interface Series {
  readonly target: Float64Array;
  /** What is read beside the target: numbers as they are, texts as 0 or 1 for each of their values. */
  readonly inputs: readonly Float64Array[];
  /** Milliseconds since 1970; null without dates. */
  readonly times: Float64Array | null;
  readonly step: Step | null;
  /** How the file writes its dates. */
  readonly format: string | null;
  /** The rows of the file, as a spreadsheet numbers them; 0 for those that were put in. */
  readonly numbers: Int32Array;
  /** What was done to the file, in sentences. */
  readonly notes: readonly string[];
}

/**
 * The series in a file.
 *
 * @throws InputError that names row and column of what is amiss
 */
export function readSeries(whole: RawTable, spec: SeriesSpec): Series {
  const ordered = orderRows(filterRows(whole, spec.where), spec);
  const notes: string[] = [...ordered.notes];
  const rows = withGaps(ordered, spec, notes);
  const columns = [numberColumn(ordered.table, spec.target, "--target", rows)];
  for (const input of spec.inputs) columns.push(...inputColumns(ordered.table, input, rows, notes));
  const filled = fillColumns(ordered.table, columns, rows, spec.missing, notes);
  const [target, ...inputs] = filled.columns;
  return {
    target: target!,
    inputs,
    times: ordered.times === null ? null : timesOf(ordered, rows, filled.kept),
    step: ordered.step,
    format: ordered.format,
    numbers: Int32Array.from(filled.kept, (position) => (rows[position]! < 0 ? 0 : ordered.table.numbers[rows[position]!]!)),
    notes,
  };
}

/** The rows of the table, with −1 for those that are not there between two dates. */
function withGaps({ table, gaps, times, step, format }: Ordered, { missing }: SeriesSpec, notes: string[]): number[] {
  const lacking = gaps.reduce((sum, gap) => sum + gap, 0);
  if (lacking === 0 || missing === "drop") return table.rows.map((_, row) => row);
  const at = gaps.findIndex((gap) => gap > 0);
  if (missing === "refuse") {
    const date = (row: number) => formatDate(times![row]!, format!);
    const actual = `${counted(lacking, "row")} missing (first between ${date(at - 1)} and ${date(at)}, row ${table.numbers[at]})`;
    throw new InputError(
      sentence(table.where, "dates", `${describeStep(step!)} apart`, actual, "choose --missing interpolate, forward or drop"),
    );
  }
  if (lacking > 10 * table.rows.length) {
    throw new InputError(
      sentence(
        table.where,
        "dates",
        `${describeStep(step!)} apart`,
        `${lacking.toLocaleString("en")} rows missing`,
        "--date none takes the rows as evenly spaced",
      ),
    );
  }
  notes.push(`${counted(lacking, "row")} missing between dates put in`);
  return table.rows.flatMap((_, row) => [...Array<number>(gaps[row]!).fill(-1), row]);
}

function timesOf({ times, step, gaps }: Ordered, rows: readonly number[], kept: readonly number[]): Float64Array {
  let last = 0;
  let since = 0;
  const all = rows.map((row) => {
    since = row < 0 ? since + 1 : 0;
    if (row >= 0) last = times![row]!;
    return row < 0 ? addSteps(last, step!, since) : last;
  });
  if (gaps.length === 0) return new Float64Array();
  return Float64Array.from(kept, (position) => all[position]!);
}

function numberColumn(table: RawTable, name: string, option: string, rows: readonly number[]): GappyColumn {
  const index = columnIndex(table, option, name);
  const cells = table.rows.map((row) => row[index]!);
  const style = numberStyle(cells, table.delimiter) ?? "point";
  const values = cells.map((cell, row) => {
    if (isMissing(cell)) return Number.NaN;
    const value = parseNumber(cell, style);
    if (value !== undefined) return checkSize(value, table, name, row);
    const alone = parseNumber(cell.replaceAll(/[%$€£¥()]/g, ""), style) !== undefined;
    const hint = alone ? "write numbers alone, without signs of a unit" : 'empty cells and "NA" stand for missing values';
    throw new InputError(sentence(table.where, `${quote(name)} in row ${table.numbers[row]}`, "a number", quote(cell), hint));
  });
  if (values.every(Number.isNaN)) throw new InputError(sentence(table.where, `column ${quote(name)}`, "one with values", "none"));
  return { name, values: Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : values[row]!)), between: true };
}

/** Sums of squares of larger numbers overflow, those of smaller ones vanish. */
const [SMALLEST, LARGEST] = [1e-100, 1e100];

function checkSize(value: number, table: RawTable, name: string, row: number): number {
  const size = Math.abs(value);
  if (size <= LARGEST && (size >= SMALLEST || value === 0)) return value;
  const expected = size > LARGEST ? `at most ${LARGEST} in size` : `at least ${SMALLEST} in size, or 0`;
  throw new InputError(
    sentence(table.where, `${quote(name)} in row ${table.numbers[row]}`, expected, String(value), "write it in another unit"),
  );
}

function inputColumns(table: RawTable, spec: InputSpec, rows: readonly number[], notes: string[]): GappyColumn[] {
  if (spec.kind === "number") return [numberColumn(table, spec.name, "the input", rows)];
  const index = columnIndex(table, "the input", spec.name);
  const cells = table.rows.map((row) => row[index]!);
  const unknown = [...new Set(cells.filter((cell) => !isMissing(cell) && !spec.values.includes(cell)))];
  if (unknown.length > 0)
    notes.push(`${quote(spec.name)} has values that training had not, read as none of those it had: ${list(unknown)}`);
  return spec.values.map((value) => ({
    name: spec.name,
    values: Float64Array.from(rows, (row) => (row < 0 || isMissing(cells[row]!) ? Number.NaN : cells[row] === value ? 1 : 0)),
    between: false,
  }));
}
