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

const model = tf.sequential();
model.add(tf.layers.simpleRNN({ units: 6, inputShape: [8, 2] }));
model.add(tf.layers.dense({ units: 1 }));
model.setWeights([pattern([2, 6], 1), pattern([6, 6], 2), tf.zeros([6]), pattern([6, 1], 3), tf.zeros([1])]);
const inputs = pattern([10, 8, 2], 0);
const targets = inputs.mean([1, 2]).mul(5).expandDims(1);

const optimizer = tf.train.momentum(0.05, 0.9);
for (let step = 0; step < 12; step++) {
  const [loss, norm] = tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(targets, model.predict(inputs)));
    const norm = tf.addN(Object.values(grads).map((grad) => grad.square().sum())).sqrt();
    const scale = tf.minimum(1, tf.div(0.1, norm));
    optimizer.applyGradients(Object.fromEntries(Object.entries(grads).map(([name, grad]) => [name, grad.mul(scale)])));
    return [value.dataSync()[0], norm.dataSync()[0]];
  });
  if (step % 4 === 3) console.log(`step ${step}: loss ${loss.toFixed(4)}, norm ${norm.toFixed(3)}`);
}
