/** How far forecasts are from what came. */
export interface Errors {
  readonly mae: number;
  readonly rmse: number;
  /** The mean absolute error in units of that of the (seasonal) naive forecast, one step ahead, in the training part. */
  readonly mase: number;
}

export function errorsOf(actual: ArrayLike<number>, forecast: ArrayLike<number>, naiveError: number): Errors {
  let absolute = 0;
  let squares = 0;
  for (let index = 0; index < actual.length; index++) {
    const error = forecast[index]! - actual[index]!;
    absolute += Math.abs(error);
    squares += error * error;
  }
  const mae = absolute / actual.length;
  return { mae, rmse: Math.sqrt(squares / actual.length), mase: mae / naiveError };
}

/** The mean of |y[t] − y[t − lag]| before row `end`: the scale of MASE (Hyndman and Koehler 2006). */
export function naiveError(values: Float64Array, lag: number, end: number): number {
  let sum = 0;
  for (let index = lag; index < end; index++) sum += Math.abs(values[index]! - values[index - lag]!);
  return sum / Math.max(1, end - lag);
}

/** The share of values that lie between two others. */
export function coverage(actual: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>): number {
  let inside = 0;
  for (let index = 0; index < actual.length; index++) if (actual[index]! >= low[index]! && actual[index]! <= high[index]!) inside++;
  return inside / actual.length;
}
