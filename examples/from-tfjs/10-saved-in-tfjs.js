import { writeFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";

// To say, step by step, how often the signal was above zero till then.
const signal = Float32Array.from({ length: 40 }, (_, t) => Math.sin(0.7 * t) + Math.sin(0.31 * t * t));
let above = 0;
const share = Array.from(signal, (value, t) => {
  above += Number(value > 0);
  return above / (t + 1);
});
const [inputs, targets] = [tf.tensor(signal, [1, 40, 1]), tf.tensor(share, [1, 40, 1])];

const model = tf.sequential();
const initializers = (seed) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
const recurrent = { recurrentActivation: "sigmoid", recurrentInitializer: tf.initializers.glorotUniform({ seed: 1 }) };
model.add(tf.layers.lstm({ units: 10, returnSequences: true, inputShape: [40, 1], ...recurrent, ...initializers(2) }));
model.add(tf.layers.dense({ units: 1, ...initializers(3) }));
model.compile({ optimizer: tf.train.adam(0.03), loss: "meanSquaredError" });
await model.fit(inputs, targets, { epochs: 60, verbose: 0 });

// What `model.save("file://counter")` of tfjs-node writes, too: names, shapes and one file of values.
const { weightSpecs, weightData } = await new Promise((resolve) => {
  model.save(tf.io.withSaveHandler(async (artifacts) => resolve(artifacts)));
});
writeFileSync("counter.json", JSON.stringify({ weightsManifest: [{ paths: ["counter.bin"], weights: weightSpecs }] }));
writeFileSync("counter.bin", new Uint8Array(weightData));

const output = model.predict(inputs).dataSync();
for (const t of [0, 9, 19, 39]) console.log(`step ${t}: ${output[t].toFixed(4)} of ${share[t].toFixed(4)}`);
