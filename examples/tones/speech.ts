import { rand, randint, randn } from "unrolled";
import { sine } from "../sine.js";

/** Samples a second. */
export const RATE = 8000;

/**
 * Ten vowels and their first two formants in Hz, the resonances of the mouth that make a vowel what it is: means of 33 men (Peterson and Barney,
 * "Control methods used in a study of the vowels", 1952, table II).
 */
export const VOWELS = [
  { word: "heed", formants: [270, 2290] },
  { word: "hid", formants: [390, 1990] },
  { word: "head", formants: [530, 1840] },
  { word: "had", formants: [660, 1720] },
  { word: "hod", formants: [730, 1090] },
  { word: "hawed", formants: [570, 840] },
  { word: "hood", formants: [440, 1020] },
  { word: "who'd", formants: [300, 870] },
  { word: "hud", formants: [640, 1190] },
  { word: "heard", formants: [490, 1350] },
] as const;

/** A recording, and what was said. */
export interface Utterance {
  readonly sound: Float32Array;
  /** Numbers of vowels. */
  readonly vowels: readonly number[];
}

/** What people talk about. */
export interface Talk {
  /** The vowels that may come, by number. */
  readonly known: readonly number[];
  /** How many vowels an utterance has. */
  readonly least: number;
  readonly most: number;
}

/** A vowel, or a pause, in samples. */
interface Segment {
  readonly length: number;
  readonly formants: readonly [number, number];
  readonly loudness: number;
}

/** A number between two, from the generator that `manualSeed` seeds. */
function between(low: number, high: number): number {
  return low + (high - low) * rand([]).item();
}

/**
 * One utterance in sine-wave speech (Remez et al. 1981): two tones that follow the formants, gliding from vowel to vowel.
 *
 * Speakers have mouths of different lengths (all formants up to 8 % higher or lower), speak at their own pace, and each recording has its own noise, from
 * one as loud as a tenth of the speech to one as loud as half of it. Nothing says where a vowel begins or ends; between two of the same there is a pause.
 */
export function speak({ known, least, most }: Talk): Utterance {
  const vowels = Array.from(randint(0, known.length, [randint(least, most + 1, []).item()]).data, (index) => known[index]!);
  const [mouth, pace] = [between(0.92, 1.08), between(0.8, 1.3)];
  const segments: Segment[] = [pause(between(0.02, 0.1))];
  for (const [index, vowel] of vowels.entries()) {
    if (index > 0 && (vowels[index - 1] === vowel || between(0, 1) < 0.2)) segments.push(pause(between(0.04, 0.1)));
    const [low, high] = VOWELS[vowel]!.formants;
    const length = Math.round(RATE * pace * between(0.08, 0.16));
    segments.push({ length, formants: [low * mouth, high * mouth], loudness: between(0.7, 1) });
  }
  segments.push(pause(between(0.02, 0.1)));
  return { sound: render(segments, between(0.1, 0.5)), vowels };
}

function pause(seconds: number): Segment {
  return { length: Math.round(RATE * seconds), formants: [0, 0], loudness: 0 };
}

/** Tones move an 80th of the way to where they should be with each sample: most of it in 20 ms. */
const GLIDE = 1 / 80;

function render(segments: readonly Segment[], noise: number): Float32Array {
  const total = segments.reduce((sum, { length }) => sum + length, 0);
  const sound = randn([total]).mul(noise / Math.SQRT2).data as Float32Array;
  const first = segments.find(({ loudness }) => loudness > 0)!;
  // Frequencies, phases in turns, and loudness now.
  let [low, high] = first.formants;
  let [lowPhase, highPhase, volume, sample] = [0, 0, 0, 0];
  for (const { length, formants, loudness } of segments) {
    // In a pause the mouth stays where it was.
    const target = loudness === 0 ? ([low, high] as const) : formants;
    for (const end = sample + length; sample < end; sample++) {
      low += (target[0] - low) * GLIDE;
      high += (target[1] - high) * GLIDE;
      volume += (loudness - volume) * GLIDE;
      lowPhase += low / RATE;
      highPhase += high / RATE;
      sound[sample]! += volume * (sine(lowPhase) + 0.5 * sine(highPhase));
    }
  }
  return sound;
}
