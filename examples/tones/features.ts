import { type Tensor, tensor } from "unrolled";
import { sine } from "../sine.js";
import { RATE } from "./speech.js";

/** 25 ms of sound are looked at every 12.5 ms. */
const WINDOW = 200;
export const HOP = 100;

/** Frequencies whose power is measured, in Hz: as far apart as the window can tell them, further above, where the ear is coarser, too. */
export const BANDS: readonly number[] = Array.from({ length: 32 }, (_, index) => 200 + 40 * index + 1.1 * index * index);

/** Sines and cosines of all bands under a Hann window, `[WINDOW, 2 · bands]`: a Fourier transform of the window is a product with it. */
const BASIS: Tensor = (() => {
  const values = new Float32Array(WINDOW * 2 * BANDS.length);
  for (let t = 0; t < WINDOW; t++) {
    const hann = 0.5 - 0.5 * sine((t + 0.5) / WINDOW + 0.25);
    for (const [band, frequency] of BANDS.entries()) {
      const turns = (frequency * t) / RATE;
      values[2 * t * BANDS.length + band] = hann * sine(turns);
      values[(2 * t + 1) * BANDS.length + band] = hann * sine(turns + 0.25);
    }
  }
  return tensor(values, { shape: [WINDOW, 2 * BANDS.length] });
})();

export const FEATURES: number = BANDS.length;

/** The logarithm of the power in each band, window by window, `[T, bands]`. */
export function spectrogram(sound: Float32Array): Tensor {
  const steps = Math.floor((sound.length - WINDOW) / HOP) + 1;
  const windows = new Float32Array(steps * WINDOW);
  for (let step = 0; step < steps; step++) windows.set(sound.subarray(step * HOP, step * HOP + WINDOW), step * WINDOW);
  const [sines, cosines] = tensor(windows, { shape: [steps, WINDOW] })
    .matmul(BASIS)
    .chunk(2, 1) as [Tensor, Tensor];
  // A tone of amplitude 1 has a power of 2500; a little is added so that silence has a logarithm.
  return sines.pow(2).add(cosines.pow(2)).add(1).log();
}
