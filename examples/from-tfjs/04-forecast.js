import * as tf from "@tensorflow/tfjs";

const pattern = (shape, phase) =>
  tf
    .range(
      0,
      shape.reduce((a, b) => a * b),
    )
    .mul(1.7)
    .add(phase)
    .sin()
    .div(2)
    .reshape(shape);

// From 12 values of a wave to the next one.
const wave = Array.from({ length: 60 }, (_, t) => Math.sin(0.4 * t) + 0.3 * Math.sin(1.1 * t));
const windows = wave.slice(12).map((next, at) => [wave.slice(at, at + 12), next]);
const inputs = tf.tensor(
  windows.flatMap(([window]) => window),
  [48, 12, 1],
);
const targets = tf.tensor(
  windows.map(([, next]) => next),
  [48, 1],
);

const model = tf.sequential();
model.add(tf.layers.lstm({ units: 8, inputShape: [12, 1], recurrentActivation: "sigmoid" }));
model.add(tf.layers.dense({ units: 1 }));
model.setWeights([pattern([1, 32], 1), pattern([8, 32], 2), tf.zeros([32]), pattern([8, 1], 3), tf.zeros([1])]);
model.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError" });
const { history } = await model.fit(inputs, targets, { epochs: 12, batchSize: 16, shuffle: false, verbose: 0 });
for (const epoch of [0, 3, 7, 11]) console.log(`epoch ${epoch}: ${history.loss[epoch].toFixed(4)}`);
const forecast = model.predict(inputs.slice([0], [3]));
console.log("forecast", Array.from(forecast.dataSync(), (value) => value.toFixed(3)).join(" "));
