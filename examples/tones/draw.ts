import * as Plot from "@observablehq/plot";
import { axis, INK, picture, RED } from "../picture.js";
import { BANDS, HOP } from "./features.js";
import { BLANK } from "./model.js";
import { RATE, VOWELS } from "./speech.js";
import type { Sample } from "./train.js";

/** Seconds from window to window. */
const STEP = HOP / RATE;

/** Shades of the spectrogram; the lightest is the paper. */
const SHADES = 12;

/** Those that are left out: below the noise there is nothing to see. */
const FAINT = 5;

/** The same shade for some windows, in seconds and Hz. */
interface Patch {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly shade: number;
}

/** The spectrogram in patches: neighbours of one shade are one, which makes the file small. */
function patches({ features }: Sample): Patch[] {
  const rows = features.transpose(0, 1).toArray() as number[][];
  const [least, most] = [features.min().item(), features.max().item()];
  const shadeOf = (value: number) => Math.max(0, Math.floor((SHADES * (value - least)) / (most - least + 1e-6)) - FAINT);
  return rows.flatMap((row, band) => {
    const [low, high] = [edge(band), edge(band + 1)];
    const shades = row.map(shadeOf);
    const starts = shades.flatMap((shade, step) => (shade === shades[step - 1] ? [] : [step]));
    return starts.flatMap((step, index) => {
      const shade = shades[step]!;
      return shade === 0 ? [] : [{ from: step * STEP, to: (starts[index + 1] ?? shades.length) * STEP, low, high, shade }];
    });
  });
}

/** Where a band begins: in the middle to the one below. */
function edge(band: number): number {
  const [below, here] = [BANDS[band - 1], BANDS[band]];
  if (below === undefined) return here! - (BANDS[1]! - here!) / 2;
  return here === undefined ? below + (below - BANDS[band - 2]!) / 2 : (below + here) / 2;
}

/** Where the network says that a vowel begins, in seconds. */
function heard(classes: readonly number[]): { time: number; word: string }[] {
  return classes.flatMap((label, step) =>
    label === BLANK || label === classes[step - 1] ? [] : [{ time: (step + 0.5) * STEP, word: VOWELS[label - 1]!.word }],
  );
}

/** Draws what an utterance looks like, with the vowels where the network hears them. */
export function draw(sample: Sample, classes: readonly number[], subtitle: string): string {
  const marks = heard(classes);
  const said = sample.vowels.map((vowel) => VOWELS[vowel]!.word).join(" ");
  return picture("Vowels in sine-wave speech, heard with CTC", subtitle, {
    height: 500,
    marginTop: 136,
    x: axis("seconds"),
    y: axis("frequency, Hz", { domain: [edge(0), edge(BANDS.length)], labelOffset: 58, tickFormat: "d" }),
    color: { domain: [0, SHADES - FAINT], range: ["#ffffff", "#1f5fa0"] },
    marks: [
      Plot.rect(patches(sample), { x1: "from", x2: "to", y1: "low", y2: "high", fill: "shade", inset: -0.3 }),
      Plot.ruleX(marks, { x: "time", stroke: RED, strokeDasharray: "3 3" }),
      // On two lines, or neighbours would cover each other.
      ...[0, 1].map((line) =>
        Plot.text(
          marks.filter((_, index) => index % 2 === line),
          { x: "time", frameAnchor: "top", dy: -12 - 16 * line, text: "word", fill: RED, fontWeight: 600 },
        ),
      ),
      Plot.text([`said: ${said}`], { frameAnchor: "top-left", dy: -52, textAnchor: "start", fill: INK, fontWeight: 600 }),
    ],
  });
}
