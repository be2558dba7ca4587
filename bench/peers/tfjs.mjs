import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

export const name = "tfjs wasm";

export const describe = () => `TensorFlow.js ${tf.version.tfjs}, backend ${tf.getBackend()}`;

export async function load() {
  setWasmPaths(dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))) + sep);
  await tf.setBackend("wasm");
  await tf.ready();
}

/** The same step. Keras' own LSTM has hard sigmoids and another forget bias unless told otherwise. */
export function trainingStep({ steps, batch, input, hidden, layers }) {
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++) {
    model.add(
      tf.layers.lstm({
        units: hidden,
        returnSequences: true,
        recurrentActivation: "sigmoid",
        unitForgetBias: false,
        recurrentInitializer: "glorotUniform", // the default, orthogonal, takes seconds
        ...(layer === 0 ? { inputShape: [steps, input] } : {}),
      }),
    );
  }
  const optimizer = tf.train.adam(1e-3);
  const x = tf.randomNormal([batch, steps, input]);
  const target = tf.randomNormal([batch, steps, hidden]);
  return async () => {
    const loss = optimizer.minimize(() => tf.losses.meanSquaredError(target, model.apply(x, { training: true })), true);
    const [value] = await loss.data();
    loss.dispose();
    return value;
  };
}
