import { table as tableLines } from "../../print.js";

/** `0.42 s`, `42 s`, `3 min 05 s`, `2 h 10 min` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${two(rounded % 60)} s`;
  return `${Math.floor(rounded / 3600)} h ${two(Math.floor((rounded % 3600) / 60))} min`;
}

/** A number with about four digits that mean something. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(4)).toString();
}

/** A whole number with commas. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Lines of cells under each other, the first column to the left, the others to the right. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return tableLines(head, rows, ["left"]).join("\n");
}

/** Names and what they stand for, under each other. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join("\n");
}
