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
const show = (values) => Array.from(values.dataSync(), (value) => value.toFixed(4)).join(" ");

const lstm = tf.layers.lstm({ units: 3, returnSequences: true, returnState: true, recurrentActivation: "sigmoid" });
const input = pattern([2, 4, 5], 0); // [N, T, I]
const [output, h, c] = lstm.apply(input);
console.log("shapes", output.shape, h.shape, c.shape);
// The kernel is [I, 4H], the recurrent one [H, 4H], and there is one bias.
lstm.setWeights([pattern([5, 12], 1), pattern([3, 12], 2), pattern([12], 3)]);
const [output1, h1, c1] = lstm.apply(input);
console.log("first output", show(output1.slice([0, 0], [1, 1])));
console.log("h", show(h1));
console.log("c", show(c1));
// Documented as the default, but off unless it is asked for.
const fresh = tf.layers.lstm({ units: 2, unitForgetBias: true });
fresh.build([null, 4, 5]);
console.log("bias of the forget gate", show(fresh.getWeights()[2].slice([2], [2])));
