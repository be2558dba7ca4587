/** Numbers as they are shown. */

const integer = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function whole(value: number): string {
  return integer.format(value);
}

/** Three digits that mean something: 12.3, 1.23, 0.0123, 1.2e-7. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "not a number";
  const size = Math.abs(value);
  if (size >= 1000) return whole(value);
  if (size >= 0.001) return String(Number(value.toPrecision(3)));
  return value === 0 ? "0" : value.toExponential(1);
}

/** `1,234 steps`, `1 step`. */
export function count(value: number, what: string): string {
  return `${whole(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** Milliseconds: 0.031 ms, 12.3 ms, 1.2 s. */
export function time(milliseconds: number): string {
  return milliseconds >= 1000 ? `${short(milliseconds / 1000)} s` : `${short(milliseconds)} ms`;
}
