import { rand, randn, type Tensor, tensor } from "unrolled";

/** What a sensor measures, and what is really there: `[T]` both. */
export interface Recording {
  readonly measured: Float32Array;
  readonly truth: Float32Array;
}

/** Standard deviation of the noise of every measurement. */
const NOISE = 0.3;
/** How often a measurement is a spike, and how far off. */
const [SPIKES, SPIKE] = [0.05, 3] as const;
/** How often the truth jumps, and how far. */
const [JUMPS, JUMP] = [0.01, 1.5] as const;

/** Draws a recording: a truth that drifts with a velocity of its own and sometimes jumps, measured with noise and spikes. */
export function record(length: number): Recording {
  const [push, noise, leap, spike] = Array.from({ length: 4 }, () => randn([length]).data) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [leaps, spikes] = [rand([length]).data, rand([length]).data];
  const [measured, truth] = [new Float32Array(length), new Float32Array(length)];
  let [x, velocity] = [0, 0];
  for (let t = 0; t < length; t++) {
    velocity = 0.97 * velocity + 0.01 * push[t]!;
    // Drawn back to 0 a little, or it would wander off.
    x = 0.995 * x + velocity + (leaps[t]! < JUMPS ? JUMP * leap[t]! : 0);
    truth[t] = x;
    measured[t] = x + NOISE * noise[t]! + (spikes[t]! < SPIKES ? SPIKE * spike[t]! : 0);
  }
  return { measured, truth };
}

/** Recordings side by side, `[N, T, 1]`: what was measured, and the truth. */
export function batchOf(recordings: readonly Recording[]): [measured: Tensor, truth: Tensor] {
  const shape = [recordings.length, recordings[0]!.truth.length, 1];
  const all = (key: keyof Recording) =>
    tensor(
      recordings.flatMap((recording) => Array.from(recording[key])),
      { shape },
    );
  return [all("measured"), all("truth")];
}

/** The root of the mean squared error over all recordings. */
export function rmse(recordings: readonly Recording[], filter: (measured: Float32Array) => ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (const { measured, truth } of recordings) {
    const estimate = filter(measured);
    for (const [t, value] of truth.entries()) sum += (estimate[t]! - value) ** 2;
    count += truth.length;
  }
  return Math.sqrt(sum / count);
}
