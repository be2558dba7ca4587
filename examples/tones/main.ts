// Recognizes vowels in synthesized speech, with CTC. Run by `npm run example -- tones`.

import { noGrad } from "unrolled";
import { example, type Outcome, type Settings } from "../example.js";
import { draw } from "./draw.js";
import { decode, likeliest } from "./model.js";
import { VOWELS } from "./speech.js";
import { type Epoch, evaluate, record, train } from "./train.js";

const LONG = {
  talk: { known: VOWELS.map((_, index) => index), least: 3, most: 7 },
  training: 1500,
  heldOut: 500,
  plan: { hidden: 64, batch: 16, epochs: 20, learningRate: 8e-3 },
};
const SHORT = {
  talk: { known: [0, 3, 5], least: 1, most: 3 },
  training: 300,
  heldOut: 100,
  plan: { hidden: 24, batch: 4, epochs: 10, learningRate: 1.5e-2 },
};

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const spell = (vowels: readonly number[]) => vowels.map((vowel) => VOWELS[vowel]!.word).join(" ");

function run({ short, say }: Settings): Outcome {
  const { plan, talk, ...counts } = short ? SHORT : LONG;
  const [training, validation, test] = [record(counts.training, talk), record(counts.heldOut, talk), record(counts.heldOut, talk)];
  say(`${counts.training} utterances to learn from, ${counts.heldOut} held out\n`);
  const epochs: Epoch[] = [];
  const model = train(training, validation, plan, (each) => {
    epochs.push(each);
    const { epoch, training, validation } = each;
    say(
      `epoch ${epoch}: loss ${training.toFixed(3)}, validation ${validation.loss.toFixed(3)}, ${percent(validation.vowelErrors)} vowel errors, ${percent(validation.sequenceErrors)} utterances wrong`,
    );
  });
  const score = evaluate(model, test);
  say(`\nheld-out utterances: ${percent(score.sequenceErrors)} have a mistake; ${percent(score.vowelErrors)} vowel errors`);
  const some = test.slice(0, 5);
  const heard = noGrad(() => decode(...model.forward(some.map(({ features }) => features))));
  for (const [index, { vowels }] of some.entries()) say(`  said:  ${spell(vowels)}\n  heard: ${spell(heard[index]!)}\n`);
  const round = (value: number) => Number(value.toFixed(4));
  const result = { loss: round(score.loss), sequenceErrors: round(score.sequenceErrors), vowelErrors: round(score.vowelErrors) };
  const subtitle = `A held-out utterance; of ${test.length}, ${percent(1 - score.sequenceErrors)} are right from the first vowel to the last`;
  const picture = () =>
    draw(
      some[0]!,
      noGrad(() => likeliest(...model.forward(some.slice(0, 1).map(({ features }) => features)))[0]!),
      subtitle,
    );
  return { result, picture };
}

await example("tones", run);
