import { type Tensor, tensor } from "unrolled";
import { sine } from "../sine.js";
import { partOfYear, type Series } from "./series.js";

/** Value, whether it is known, and the time of the year as sine and cosine. */
export const INPUTS = 4;

/** Makes numbers around 0 of values, by what is known before a window. */
export class Scaling {
  readonly #mean: number;
  readonly #deviation: number;
  readonly #relative: boolean;

  /**
   * @param known the values before the window
   * @param relative whether values are seen relative to the last one before a forecast, as they must be if they grow beyond all that was ever learned
   */
  constructor(known: readonly number[], relative: boolean) {
    const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
    const values = relative ? known.slice(1).map((value, index) => value - (known[index] as number)) : known;
    this.#relative = relative;
    this.#mean = relative ? 0 : mean(values);
    this.#deviation = Math.sqrt(mean(values.map((value) => (value - this.#mean) ** 2)));
  }

  /** Of what a forecast at `origin` sees and says. */
  at({ values }: Series, origin: number): { scale(value: number): number; unscale(value: number): number } {
    const centre = this.#relative ? (values[origin - 1] as number) : this.#mean;
    return { scale: (value) => (value - centre) / this.#deviation, unscale: (value) => value * this.#deviation + centre };
  }
}

/**
 * What is read for forecasts at `origins`: the values before, and the calendar of the steps to be foretold.
 *
 * @returns `[past + horizon, N, 4]`
 */
export function inputs(series: Series, origins: readonly number[], past: number, scaling: Scaling): Tensor {
  const { values, dates, horizon } = series;
  const length = past + horizon;
  const data = new Float32Array(length * origins.length * INPUTS);
  for (const [column, origin] of origins.entries()) {
    const { scale } = scaling.at(series, origin);
    for (let step = 0; step < length; step++) {
      const index = origin - past + step;
      const known = step < past;
      const turns = partOfYear(dates[index] as Date);
      data.set(
        [known ? scale(values[index] as number) : 0, known ? 1 : 0, sine(turns), sine(turns + 0.25)],
        (step * origins.length + column) * INPUTS,
      );
    }
  }
  return tensor(data, { shape: [length, origins.length, INPUTS] });
}

/** What is to be foretold at `origins`: `[horizon, N]`. */
export function targets(series: Series, origins: readonly number[], scaling: Scaling): Tensor {
  const { values, horizon } = series;
  const data = Array.from({ length: horizon }, (_, step) =>
    origins.map((origin) => scaling.at(series, origin).scale(values[origin + step] as number)),
  );
  return tensor(data);
}
