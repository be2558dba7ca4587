import { counted } from "../../print.js";
import { InputError, quote, sentence } from "../errors.js";
import type { RawTable } from "./csv.js";
import type { Policy } from "./spec.js";

/** Numbers, NaN where there is none. */
export interface GappyColumn {
  readonly name: string;
  readonly values: Float64Array;
  /** Whether there is something between two values: not for what is 0 or 1. */
  readonly between: boolean;
}

/** Columns without gaps. */
export interface Filled {
  readonly columns: Float64Array[];
  /** Which rows were kept. */
  readonly kept: readonly number[];
}

/**
 * Deals with what is not there, as the user chose.
 *
 * - `refuse`       throws
 * - `forward`      the last value again; rows before the first value of all columns are left out
 * - `interpolate`  on a line between its neighbours, before the first and after the last the nearest
 * - `drop`         rows without one of the values are left out
 *
 * @param rows of the table, −1 for those that were put in between two dates
 */
export function fillColumns(
  table: RawTable,
  columns: readonly GappyColumn[],
  rows: readonly number[],
  policy: Policy,
  notes: string[],
): Filled {
  const lacks = (position: number) => columns.some(({ values }) => Number.isNaN(values[position]));
  const all = rows.map((_, position) => position);
  const lacking = all.filter(lacks);
  if (lacking.length === 0) return { columns: columns.map(({ values }) => values), kept: all };
  report(table, columns, rows, policy, notes);
  const kept = policy === "drop" ? all.filter((position) => !lacks(position)) : policy === "forward" ? fromComplete(columns, all) : all;
  if (kept.length === 0) throw new InputError(sentence(table.where, "rows", "at least one that lacks no value", "none"));
  const fill = { refuse: (values: Float64Array) => values, drop: (values: Float64Array) => values, forward, interpolate };
  const complete = columns.map(({ values, between }) => (policy === "interpolate" && !between ? forward(values) : fill[policy](values)));
  return { columns: complete.map((values) => Float64Array.from(kept, (position) => values[position]!)), kept };
}

function report(table: RawTable, columns: readonly GappyColumn[], rows: readonly number[], policy: Policy, notes: string[]): void {
  const done = { refuse: "", forward: "filled with the last value before", interpolate: "interpolated", drop: "their rows left out" }[
    policy
  ];
  const seen = new Set<string>();
  for (const { name, values } of columns) {
    const missing = rows.flatMap((row, position) => (row >= 0 && Number.isNaN(values[position]) ? [row] : []));
    if (missing.length === 0 || seen.has(name)) continue;
    seen.add(name);
    const where = `${counted(missing.length, "missing value")} (first in row ${table.numbers[missing[0]!]})`;
    if (policy === "refuse") {
      const hint = "choose --missing interpolate, forward or drop";
      throw new InputError(sentence(table.where, `column ${quote(name)}`, "complete", where, hint));
    }
    notes.push(`${quote(name)} has ${where}: ${done}`);
  }
}

function fromComplete(columns: readonly GappyColumn[], all: readonly number[]): number[] {
  const first = Math.max(...columns.map(({ values }) => values.findIndex((value) => !Number.isNaN(value))));
  return all.slice(first);
}

function forward(values: Float64Array): Float64Array {
  let last = values.find((value) => !Number.isNaN(value)) ?? 0;
  return values.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

function interpolate(values: Float64Array): Float64Array {
  const known = [...values.keys()].filter((position) => !Number.isNaN(values[position]));
  const result = values.slice();
  let next = 0;
  for (let position = 0; position < values.length; position++) {
    while (next < known.length && known[next]! < position) next++;
    if (!Number.isNaN(values[position])) continue;
    const [left, right] = [known[next - 1], known[next]];
    const [low, high] = [left ?? right!, right ?? left!];
    const part = low === high ? 0 : (position - low) / (high - low);
    result[position] = values[low]! + part * (values[high]! - values[low]!);
  }
  return result;
}
