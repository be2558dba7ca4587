import * as tf from "@tensorflow/tfjs";

const show = (values) => Array.from(values, (value) => value.toFixed(4)).join(" ");
const w = tf.variable(tf.tensor([0.5, -1, 2]));
const x = tf.tensor([1, 2, 3]);
const { value, grads } = tf.variableGrads(() => w.mul(x).tanh().sum());
console.log("value", show(value.dataSync()));
console.log("gradient", show(grads[w.name].dataSync()));

const optimizer = tf.train.sgd(0.02);
for (let step = 0; step < 3; step++) {
  const cost = optimizer.minimize(() => w.mul(x).sum().sub(1).square(), true);
  console.log("cost", show(cost.dataSync()), "weights", show(w.dataSync()));
  cost.dispose();
}
tf.dispose([w, x, value, grads]);
