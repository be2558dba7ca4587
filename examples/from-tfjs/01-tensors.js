import * as tf from "@tensorflow/tfjs";

const a = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
const [centred, lengths] = tf.tidy(() => {
  const centred = a.sub(a.mean(0, true));
  return [centred, centred.square().sum(1).sqrt()];
});
console.log("centred", centred.shape, centred.arraySync());
console.log("lengths", Array.from(lengths.dataSync(), (value) => value.toFixed(4)).join(" "));
console.log("product", tf.matMul(a, a, false, true).arraySync());
console.log("last column", a.slice([0, 2], [2, 1]).squeeze().arraySync());
console.log("largest", a.argMax(1).arraySync());
tf.dispose([a, centred, lengths]);
