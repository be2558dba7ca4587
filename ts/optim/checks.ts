import { complaint, OptionError, show } from "../errors.js";
import { checkNumber } from "../options.js";

const NOT_NEGATIVE = { min: 0 };
const BELOW_1 = { min: 0, below: 1 };

/** Throws unless it is at least 0. */
export function checkNotNegative(where: string, what: string, value: unknown): void {
  checkNumber(where, what, value, NOT_NEGATIVE);
}

/** Throws unless it is the factor of a moving average, in [0, 1). */
export function checkDecay(where: string, what: string, value: unknown): void {
  checkNumber(where, what, value, BELOW_1);
}

/** Throws unless it is an array of two numbers. */
export function checkTwo(where: string, what: string, value: unknown): void {
  if (Array.isArray(value) && value.length === 2) return;
  throw new OptionError(complaint(where, what, "an array of two numbers", show(value)));
}

/** Two factors of moving averages. */
export type Betas = readonly [number, number];

/** Throws unless it is two factors of moving averages. */
export function checkBetas(where: string, betas: Betas): void {
  checkTwo(where, "betas", betas);
  checkDecay(where, "betas[0]", betas[0]);
  checkDecay(where, "betas[1]", betas[1]);
}
