import { counted } from "../../print.js";
import { InputError, sentence } from "../errors.js";
import { LEAST_WINDOWS } from "./backtest.js";

/** The series in three parts, one after the other: what is learned from, what says when to stop, and what is looked at in the end alone. */
export interface Split {
  /** The first row that is not learned from. */
  readonly training: number;
  /** The first row of the test; the row after the last if there is none. */
  readonly validation: number;
  readonly rows: number;
}

export interface SplitOptions {
  readonly rows: number;
  readonly window: number;
  readonly horizon: number;
  /** Share of the rows. */
  readonly validation: number;
  /** Share of the rows; 0 for none. */
  readonly test: number;
}

/** Fewer windows teach nothing. */
export const LEAST_TRAINING = 10;

/**
 * Splits by time.
 *
 * @throws InputError if there are too few rows
 */
export function splitRows(where: string, { rows, window, horizon, validation, test }: SplitOptions): Split {
  const tested = test === 0 ? 0 : Math.max(Math.round(rows * test), horizon + LEAST_WINDOWS - 1);
  const validated = Math.max(Math.round(rows * validation), horizon + LEAST_WINDOWS - 1);
  const training = rows - tested - validated;
  const needed = window + 1 + horizon + LEAST_TRAINING;
  if (training >= needed) return { training, validation: rows - tested, rows };
  const least = Math.max(needed + validated + tested, Math.ceil(needed / Math.max(0.01, 1 - validation - test)));
  const hint = "take a smaller --window or --horizon";
  const expected = `at least ${counted(least, "row")} for a window of ${window} and a horizon of ${horizon}`;
  throw new InputError(sentence(where, "the series", expected, rows.toLocaleString("en"), hint));
}
