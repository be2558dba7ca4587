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

const gru = tf.layers.gru({ units: 3, returnSequences: true, recurrentActivation: "sigmoid" });
const input = pattern([2, 4, 5], 0);
gru.apply(input);
gru.setWeights([pattern([5, 9], 1), pattern([3, 9], 2), pattern([9], 3)]); // gates in the order z r h
const output = gru.apply(input);
for (const row of output.slice([0], [1]).squeeze().arraySync()) console.log(row.map((value) => value.toFixed(4)).join(" "));
