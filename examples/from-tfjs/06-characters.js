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

const text = "the cat sat on the mat; the rat ate the hat. ".repeat(4);
const characters = [...new Set(text)].sort();
const ids = Array.from(text, (character) => characters.indexOf(character));
const [V, E, H] = [characters.length, 6, 16];
const tokens = tf.tensor(ids.slice(0, 160), [4, 40]);
const targets = tf.tensor(ids.slice(1, 161), [4, 40, 1]);

const model = tf.sequential();
model.add(tf.layers.embedding({ inputDim: V, outputDim: E, inputLength: 40 }));
model.add(tf.layers.lstm({ units: H, returnSequences: true, recurrentActivation: "sigmoid" }));
model.add(tf.layers.dense({ units: V, activation: "softmax" }));
const weights = [pattern([V, E], 0), pattern([E, 4 * H], 1), pattern([H, 4 * H], 2), tf.zeros([4 * H]), pattern([H, V], 3), tf.zeros([V])];
model.setWeights(weights);
model.compile({ optimizer: tf.train.adam(0.03), loss: "sparseCategoricalCrossentropy" });
for (let step = 0; step <= 40; step++) {
  const loss = await model.trainOnBatch(tokens, targets);
  if (step % 10 === 0) console.log(`step ${step}: ${loss.toFixed(3)}`);
}

// The likeliest character after each of the first row's.
const likeliest = model.predict(tokens).slice([0], [1]).argMax(-1).dataSync();
console.log(Array.from(likeliest, (id) => characters[id]).join(""));
