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

const layer = (inputs) =>
  tf.layers.bidirectional({
    layer: tf.layers.lstm({ units: 3, returnSequences: true, recurrentActivation: "sigmoid" }),
    mergeMode: "concat",
    inputShape: [6, inputs],
  });
const model = tf.sequential({ layers: [layer(4), layer(6)] });
model.setWeights([4, 4, 6, 6].flatMap((inputs, at) => [pattern([inputs, 12], at), pattern([3, 12], at + 1), pattern([12], at + 2)]));
const output = model.predict(pattern([2, 6, 4], 0)); // [N, T, 2·H]
console.log(output.shape);
for (const row of output.slice([0, 0], [1, 2]).squeeze().arraySync()) console.log(row.map((value) => value.toFixed(4)).join(" "));
