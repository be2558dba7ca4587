import { shortNumber } from "../../chart/numbers.js";

/** A number as tables and sentences print it, three digits, in ASCII where it can be: it may be searched for, or copied into a program. */
export function short(value: number): string {
  return shortNumber(value).replaceAll("−", "-");
}

/** A share as per cent: `1.2 %`. */
export function percent(share: number): string {
  return Number.isNaN(share) ? "–" : `${share > 0 && share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;
}
