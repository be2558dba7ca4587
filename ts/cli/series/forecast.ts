import { cat, noGrad } from "unrolled";
import type { Forecaster } from "./forecaster.js";
import { quantile } from "./statistics.js";
import type { Windows } from "./windows.js";

/** Forecasts of the rows after one origin. */
export interface Forecast {
  readonly origin: number;
  /** `[quantile][ahead − 1]`, rising from quantile to quantile. */
  readonly quantiles: readonly Float64Array[];
}

/** Windows in one call: it only matters for speed. */
const CHUNK = 256;

/** The network's numbers for some origins, `[origin][ahead][quantile]` flat. */
function scaledForecasts(model: Forecaster, windows: Windows, origins: Int32Array): Float32Array {
  model.eval();
  const parts = [];
  for (let start = 0; start < origins.length; start += CHUNK) {
    parts.push(noGrad(() => model.forward(windows.batch(origins.subarray(start, start + CHUNK)))));
  }
  return cat(parts, { dim: 0 }).data as Float32Array;
}

/**
 * Forecasts after some rows.
 *
 * @param shifts what {@link calibrate} found, for each quantile and in the network's units; null for none
 */
export function forecast(
  model: Forecaster,
  windows: Windows,
  origins: Int32Array,
  quantiles: readonly number[],
  shifts: readonly number[] | null,
): Forecast[] {
  const { horizon } = windows.framing;
  const scaled = scaledForecasts(model, windows, origins);
  const middle = quantiles.indexOf(0.5);
  return Array.from(origins, (origin, index) => {
    const rows = quantiles.map(() => new Float64Array(horizon));
    for (let ahead = 1; ahead <= horizon; ahead++) {
      const at = (index * horizon + ahead - 1) * quantiles.length;
      const values = quantiles.map((_, each) => windows.restore(origin, ahead, scaled[at + each]! + (shifts?.[each] ?? 0)));
      // What was moved may not pass its neighbour.
      for (let above = middle + 1; above < values.length; above++) values[above] = Math.max(values[above]!, values[above - 1]!);
      for (let below = middle - 1; below >= 0; below--) values[below] = Math.min(values[below]!, values[below + 1]!);
      for (const [each, value] of values.entries()) rows[each]![ahead - 1] = value;
    }
    return { origin, quantiles: rows };
  });
}

/**
 * By how much to move each quantile so that in rows which it was not trained on as many values lie below it as should (conformal quantile
 * regression: Romano, Patterson, Candès 2019). The median stays.
 */
export function calibrate(model: Forecaster, windows: Windows, origins: Int32Array, quantiles: readonly number[]): number[] {
  const { horizon } = windows.framing;
  const scaled = scaledForecasts(model, windows, origins);
  const targets = windows.targets(origins).data;
  return quantiles.map((q, each) => {
    if (q === 0.5) return 0;
    const errors = Float64Array.from({ length: origins.length * horizon }, (_, at) => targets[at]! - scaled[at * quantiles.length + each]!);
    return quantile(errors, q);
  });
}
