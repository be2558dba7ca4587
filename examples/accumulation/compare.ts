import { randn, type Tensor } from "unrolled";
import { accumulate, Regressor, sizesOf } from "./accumulate.js";

export interface Plan {
  readonly batch: number;
  readonly steps: number;
  readonly hidden: number;
  /** Sequences in each part, from few to all: what is measured is the highest memory so far, so the least must come first. */
  readonly sizes: readonly number[];
  /** How often each is timed. */
  readonly rounds: number;
}

/** What one batch costs if it is taken in so many parts, and how far its gradients are from those of the batch at once. */
export interface Row {
  readonly parts: number;
  readonly sizes: readonly number[];
  readonly difference: number;
  readonly megabytes: number;
  readonly milliseconds: number;
}

export interface Comparison {
  readonly rows: readonly Row[];
  /** The same with parts of different sizes whose losses are averaged as if they were alike. */
  readonly unweighted: { readonly parts: number; readonly difference: number };
}

function gradients(model: Regressor): Float32Array[] {
  return model.parameters().map(({ grad }) => (grad as Tensor).data as Float32Array);
}

/** The largest difference of two parameters' gradients, each relative to the parameter's largest gradient. */
function difference(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  return Math.max(
    ...expected.map((values, index) => {
      const scale = Math.max(...values.map(Math.abs));
      return Math.max(...values.map((value, place) => Math.abs(actual[index]![place]! - value))) / scale;
    }),
  );
}

/** Takes one batch in parts of several sizes. */
export function compare({ batch, steps, hidden, sizes: partSizes, rounds }: Plan): Comparison {
  const model = new Regressor(hidden);
  const input = randn([batch, steps, 1]);
  const target = input.select(2, 0).mean(1).mul(5);
  const measured = partSizes.map((size) => {
    const sizes = sizesOf(batch, size);
    const times = Array.from({ length: rounds }, () => {
      // The processor's time: what else the machine does at the same time does not count.
      const before = process.cpuUsage();
      accumulate(model, input, target, sizes);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return {
      parts: sizes.length,
      sizes,
      gradients: gradients(model),
      megabytes: process.resourceUsage().maxRSS / 1e3,
      milliseconds: Math.min(...times),
    };
  });
  const whole = measured.at(-1)!.gradients;
  const rows = measured.map(({ gradients, ...row }) => ({ ...row, difference: difference(gradients, whole) }));
  const uneven = rows.find(({ sizes }) => new Set(sizes).size > 1)!;
  accumulate(model, input, target, uneven.sizes, false);
  return { rows, unweighted: { parts: uneven.parts, difference: difference(gradients(model), whole) } };
}
