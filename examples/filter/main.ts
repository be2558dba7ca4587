// Learns to filter a noisy measurement, then does it sample by sample. Run by `npm run example -- filter`.

import { data } from "unrolled";
import { example, type Outcome, type Settings } from "../example.js";
import { baselines } from "./baselines.js";
import { draw } from "./draw.js";
import { latency, live, whole } from "./live.js";
import { FilterModel } from "./model.js";
import { batchOf, type Recording, record, rmse } from "./signal.js";
import { train } from "./train.js";

/** Measurements of each recording. */
const T = 256;

const LONG = { recordings: 2000, test: 200, hidden: 48, plan: { batch: 16, epochs: 40, learningRate: 1e-2 } };
const SHORT = { recordings: 300, test: 40, hidden: 12, plan: { batch: 8, epochs: 10, learningRate: 2e-2 } };

const some = (count: number): Recording[] => Array.from({ length: count }, () => record(T));
const round = (value: number) => Number(value.toFixed(4));

/** The longest way that the truth goes in one step. */
const leap = ({ truth }: Recording) => Math.max(...truth.map((value, t) => Math.abs(value - truth[Math.max(0, t - 1)]!)));

function run({ short, say }: Settings): Outcome {
  const { recordings, test: count, hidden, plan } = short ? SHORT : LONG;
  const [training, test] = [some(recordings), some(count)];
  const model = new FilterModel(hidden);
  train(model, new data.TensorDataset(...batchOf(training)), plan, (epoch, loss) =>
    say(`epoch ${epoch}: root mean squared error ${Math.sqrt(loss).toFixed(4)}`),
  );
  const error = rmse(test, (measured) => live(model, measured));
  const others = baselines(training.slice(0, count / 2), test);
  say(`\nroot mean squared error on ${test.length} other recordings, measurement by measurement`);
  for (const { name, rmse } of [...others, { name: "GRU", rmse: error }]) say(`  ${name.padEnd(44)} ${rmse.toFixed(4)}`);
  const { measured } = test[0]!;
  const [atOnce, oneByOne] = [whole(model, measured), live(model, measured)];
  const difference = Math.max(...atOnce.map((value, t) => Math.abs(value - oneByOne[t]!)));
  say(`\nthe whole recording at once and one by one differ by at most ${difference}`);
  const times = latency(model, record(20_000).measured);
  say(`a step takes ${times.median.toFixed(1)} µs (median; 99 % below ${times.p99.toFixed(1)} µs)`);
  const result = { rmse: round(error), baselines: others.map(({ name, rmse }) => ({ name, rmse: round(rmse) })), difference };
  const subtitle = `Error on ${test.length} recordings: ${error.toFixed(3)}; best median and average: ${others.at(-1)!.rmse.toFixed(3)}; measurements: ${others[0]!.rmse.toFixed(3)}. The one that jumps most:`;
  const picture = () => {
    const shown = test.reduce((first, second) => (leap(second) > leap(first) ? second : first));
    return draw(shown, live(model, shown.measured), others.at(-1)!.filter(shown.measured), subtitle);
  };
  return { result, measured: { latency: times }, picture };
}

await example("filter", run);
