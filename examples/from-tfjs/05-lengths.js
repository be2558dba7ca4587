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

// Three sequences of 5, 2 and 3 steps, filled up with zeros, which `masking` takes for padding.
const lengths = [5, 2, 3];
const padded = tf.stack(
  lengths.map((length, n) =>
    pattern([length, 4], n).pad([
      [0, 5 - length],
      [0, 0],
    ]),
  ),
);

const model = tf.sequential();
model.add(tf.layers.masking({ maskValue: 0, inputShape: [5, 4] }));
model.add(tf.layers.lstm({ units: 3, recurrentActivation: "sigmoid" }));
model.setWeights([pattern([4, 12], 1), pattern([3, 12], 2), pattern([12], 3)]);
const last = model.predict(padded);
for (const row of last.arraySync()) console.log(row.map((value) => value.toFixed(4)).join(" "));
