import { noGrad, tensor } from "unrolled";
import type { FilterModel } from "./model.js";

/** What the whole recording gives in one call. */
export function whole(model: FilterModel, measured: Float32Array): Float32Array {
  return noGrad(() => model.forward(tensor(measured, { shape: [1, measured.length, 1] })).data as Float32Array);
}

/** What the same recording gives measurement by measurement. */
export function live(model: FilterModel, measured: Float32Array): Float32Array {
  return measured.map(model.live());
}

/** Microseconds. */
export interface Latency {
  readonly median: number;
  readonly p99: number;
}

/** Takes the time of every single step. */
export function latency(model: FilterModel, measured: Float32Array): Latency {
  const filter = model.live();
  // The engine compiles what is called often; a filter that has run for a while is what is asked for.
  for (const value of measured) filter(value);
  const times = Array.from(measured, (value) => {
    const start = process.hrtime.bigint();
    filter(value);
    return Number(process.hrtime.bigint() - start) / 1000;
  }).sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, p99: times[Math.floor(0.99 * times.length)]! };
}
