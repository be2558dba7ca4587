// Finds the words of a text without spaces, with one direction and with both. Run by `npm run example -- tagging`.

import { manualSeed } from "unrolled";
import { example, type Outcome, type Settings } from "../example.js";
import { pieces, readCorpus } from "./data.js";
import { draw } from "./draw.js";
import { type Learned, learn } from "./learn.js";

/** Letters of a piece. */
const T = 64;

// One direction gets more units, so that both have the same number of parameters.
const LONG = { letters: Number.POSITIVE_INFINITY, hidden: { one: 142, both: 96 }, plan: { batch: 16, epochs: 3, learningRate: 8e-3 } };
const SHORT = { letters: 40_000, hidden: { one: 50, both: 32 }, plan: { batch: 8, epochs: 2, learningRate: 1.5e-2 } };

function describe({ parameters, score, sample }: Learned): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const ends = `word ends: precision ${percent(score.precision)}, recall ${percent(score.recall)}, F1 ${percent(score.f1)}`;
  return `${parameters} parameters; held-out text: ${ends}; whole words ${percent(score.words)}\n  ${sample}\n`;
}

/** What goes into the figures. */
function figures({ parameters, score }: Learned): object {
  const rounded = Object.entries(score).map(([name, value]) => [name, Number(value.toFixed(4))]);
  return { parameters, ...Object.fromEntries(rounded) };
}

function run({ short, seed, say }: Settings): Outcome {
  const { letters, hidden, plan } = short ? SHORT : LONG;
  const corpus = readCorpus();
  const [training, heldOut] = [pieces(corpus.training, T).slice(0, letters / T), pieces(corpus.heldOut, T).slice(0, letters / T)];
  say(`${training.length * T} letters of Moby Dick without spaces to learn from, ${heldOut.length * T} held out, in pieces of ${T}\n`);
  const both = learn({ hidden: hidden.both, bidirectional: true }, training, heldOut, plan);
  say(`both directions: ${describe(both)}`);
  manualSeed(seed);
  const one = learn({ hidden: hidden.one, bidirectional: false }, training, heldOut, plan);
  say(`one direction: ${describe(one)}`);
  return { result: { both: figures(both), one: figures(one) }, picture: () => draw(both, one) };
}

await example("tagging", run);
