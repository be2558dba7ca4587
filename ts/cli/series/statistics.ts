/** Mean and standard deviation, over all values or a part of them. */
export interface Moments {
  readonly mean: number;
  /** Never 0: of values that are all the same it is 1. */
  readonly std: number;
}

export function mean(values: ArrayLike<number>, from = 0, to: number = values.length): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += values[index]!;
  return sum / Math.max(1, to - from);
}

export function moments(values: ArrayLike<number>, from = 0, to: number = values.length): Moments {
  const center = mean(values, from, to);
  let squares = 0;
  for (let index = from; index < to; index++) squares += (values[index]! - center) ** 2;
  const std = Math.sqrt(squares / Math.max(1, to - from));
  // What is left of rounding in a column of one value is no spread.
  return { mean: center, std: std > 1e-12 * Math.abs(center) ? std : 1 };
}

/** The value below which a share `q` of all values lies, between two of them on a line. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const part = place - low;
  return part === 0 ? sorted[low]! : sorted[low]! + part * (sorted[low + 1]! - sorted[low]!);
}

/** Sine of a part of a turn: the same bits on every engine, which `Math.sin` has not. Within 1e-9. */
export function sineOfTurn(part: number): number {
  const turn = part - Math.round(part);
  const quarter = turn > 0.25 ? 0.5 - turn : turn < -0.25 ? -0.5 - turn : turn;
  const x = 2 * Math.PI * quarter;
  const s = x * x;
  // The series of the sine up to x¹³.
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - s / 156))))));
}
