// The whole loop: training, validation, early stopping, test. Run by `npm run example -- training-loop`.

import { example, type Outcome, type Settings } from "../example.js";
import { draw } from "./draw.js";
import { type Epoch, evaluate, trainUntilBest } from "./loop.js";
import { WaveModel } from "./model.js";
import { NAMES, waves } from "./waves.js";

const LONG = { count: 4000, hidden: 32, plan: { epochs: 60, patience: 8, batchSize: 32, accumulate: 2 } };
const SHORT = { count: 600, hidden: 16, plan: { epochs: 6, patience: 8, batchSize: 16, accumulate: 2 } };

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const round = (value: number) => Number(value.toFixed(4));

function run({ short, say }: Settings): Outcome {
  const { count, hidden, plan } = short ? SHORT : LONG;
  // Three parts that have nothing to do with each other: to learn from, to choose the epoch by, and to be looked at once.
  const [training, validation, test] = [waves(count), waves(1000), waves(2000)];
  const model = new WaveModel(hidden, NAMES.length);
  const epochs: Epoch[] = [];
  const best = trainUntilBest(model, training, validation, plan, (each) => {
    epochs.push(each);
    const { epoch, training, validation, learningRate } = each;
    const rate = Number(learningRate.toPrecision(3));
    const sets = `training ${training.loss.toFixed(3)}, validation ${validation.loss.toFixed(3)}, ${percent(validation.accuracy)} right`;
    say(`epoch ${epoch}: ${sets}, learning rate ${rate}`);
  });
  const score = evaluate(model, test);
  say(
    `\nepoch ${best.epoch} was the best; on the test waves it is right in ${percent(score.accuracy)} (loss ${score.loss.toFixed(3)}, chance 25 %)`,
  );
  const result = { accuracy: round(score.accuracy), loss: round(score.loss), bestEpoch: best.epoch, epochs: epochs.length };
  return { result, picture: () => draw(epochs, best.epoch, score) };
}

await example("training-loop", run);
