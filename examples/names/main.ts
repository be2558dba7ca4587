// Learns from lists of first names which are male and which are female. Run by `npm run example -- names`.

import { data } from "unrolled";
import { example, type Outcome, type Settings } from "../example.js";
import { endings } from "./baseline.js";
import { readNames, type Sample } from "./data.js";
import { draw } from "./draw.js";
import { evaluate, percent, probabilities, train } from "./train.js";

const all = (dataset: data.Dataset<Sample>) => Array.from({ length: dataset.length }, (_, index) => dataset.get(index));
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** How sure the model is on average: 0.5 is a guess, 1 certainty. */
const certainty = (values: Float32Array) => mean(values.map((p) => Math.max(p, 1 - p)));

const round = (value: number) => Number(value.toFixed(4));

function run({ short, say }: Settings): Outcome {
  const { samples, both } = readNames();
  const [training, validation, test] = data.randomSplit(short ? samples.filter((_, index) => index % 2 === 0) : samples, [0.7, 0.15, 0.15]);
  say(
    `${samples.length} names on one list, ${both.length} on both (set aside); ${training.length} to learn from, ${test.length} held out\n`,
  );
  const { model, history, best } = train(training, validation, short ? { hidden: 32, epochs: 4 } : { hidden: 128, epochs: 30 }, say);
  const score = evaluate(model, all(test));
  const baselines = [0, 1, 2, 3].map((letters) => endings(all(training), all(test), letters));
  say(`\nheld-out names, weights of epoch ${best}: ${percent(score.accuracy)} right (loss ${score.loss.toFixed(3)})`);
  say(
    `always female ${percent(baselines[0]!)}, by the last letter ${percent(baselines[1]!)}, last two ${percent(baselines[2]!)}, last three ${percent(baselines[3]!)}`,
  );
  const sure = {
    oneList: certainty(
      probabilities(
        model,
        all(test).map(({ name }) => name),
      ),
    ),
    both: certainty(probabilities(model, both)),
  };
  say(`how sure it is, on average: ${percent(sure.oneList)} of held-out names, ${percent(sure.both)} of names on both lists`);
  const invented = ["kirana", "thorvik", "elowen", "brandor", "mirelle", "jaxton"];
  const chances = probabilities(model, invented);
  say(`invented names, probability of female: ${invented.map((name, index) => `${name} ${chances[index]!.toFixed(2)}`).join(", ")}`);
  const result = {
    names: { training: training.length, validation: validation.length, test: test.length, both: both.length },
    accuracy: round(score.accuracy),
    loss: round(score.loss),
    bestEpoch: best,
    baselines: baselines.map(round),
    certainty: { oneList: round(sure.oneList), both: round(sure.both) },
  };
  return { result, picture: () => draw(history, best, score.accuracy, baselines) };
}

await example("names", run);
