import { data, rand, randint, randn, type Tensor, tensor } from "unrolled";
import { sine } from "../sine.js";

/** The classes: forms of a wave, over the part of its period that has passed (0 to 1). */
const FORMS: readonly ((phase: number) => number)[] = [
  (phase) => Math.sqrt(2) * sine(phase),
  (phase) => Math.sqrt(3) * (1 - 4 * Math.abs(phase - 0.5)), // triangle
  (phase) => Math.sqrt(3) * (2 * phase - 1), // sawtooth
  (phase) => (phase < 0.5 ? 1 : -1), // square
];

export const NAMES = ["sine", "triangle", "sawtooth", "square"] as const;

/** Steps of each sequence. */
const T = 64;

/** As large as the waves, which all have the same power, are loud. */
const NOISE = 0.35;

/**
 * Waves of 2 to 6 periods from a random place on, under noise.
 *
 * @returns samples of a wave `[T, 1]` and its class
 */
export function waves(count: number): data.TensorDataset<[Tensor, Tensor]> {
  const [periods, starts] = [rand([count]).mul(4).add(2).data, rand([count]).data];
  const classes = randint(0, FORMS.length, [count]);
  const values = new Float32Array(count * T);
  for (const [index, form] of classes.data.entries()) {
    for (let t = 0; t < T; t++) {
      const turns = starts[index]! + (periods[index]! * t) / T;
      values[index * T + t] = FORMS[form]!(turns - Math.floor(turns));
    }
  }
  return new data.TensorDataset(tensor(values, { shape: [count, T, 1] }).add(randn([count, T, 1]).mul(NOISE)), classes);
}
