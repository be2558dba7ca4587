// TensorFlow.js, with its layers set to compute what the others compute.

import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { timed } from "../measure/turns.mjs";

/** Minutes a step: nobody would wait for them. */
const LEFT_OUT = ["big", "chars2"];

/**
 * Keras' own LSTM has hard sigmoids and another forget bias unless told otherwise. Its GRU is another cell (r is applied before the product, and
 * there is one bias), with a little less work.
 */
function layer({ cell, sizes: { steps, batch, input, hidden } }) {
  const options = {
    units: hidden,
    returnSequences: true,
    recurrentInitializer: "glorotUniform", // the default, orthogonal, takes seconds
    batchInputShape: [batch, steps, input],
  };
  if (cell === "RNN") return tf.layers.simpleRNN(options);
  if (cell === "GRU") return tf.layers.gru({ ...options, recurrentActivation: "sigmoid" });
  return tf.layers.lstm({ ...options, recurrentActivation: "sigmoid", unitForgetBias: false });
}

/** Each call reads a value back, as the others do: until then a backend may still be at work. */
function runner(line) {
  const { steps, batch, input, hidden } = line.sizes;
  const model = tf.sequential();
  model.add(layer(line));
  const x = tf.randomNormal([batch, steps, input]);
  if (line.mode === "forward") return () => tf.tidy(() => model.predict(x).dataSync());
  const target = tf.randomNormal([batch, steps, hidden]);
  const optimizer = tf.train.adam(1e-3);
  const loss = () => tf.losses.meanSquaredError(target, model.apply(x, { training: true }));
  return () => tf.tidy(() => optimizer.minimize(loss, true).dataSync());
}

/** The two backends are two peers in one process: the one whose turn it is, is made the current one. */
function peer(backend) {
  const name = `tfjs ${backend}`;
  const enter = () => tf.setBackend(backend);
  return {
    key: `tfjs-${backend}`,
    name,
    async load() {
      setWasmPaths(dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))) + sep);
      tf.enableProdMode();
      await enter();
      await tf.ready();
      return `TensorFlow.js ${tf.version.tfjs}, backend ${tf.getBackend()}`;
    },
    async contestants(line) {
      // In plain JavaScript a step may take seconds: one cell shows how it compares.
      if (LEFT_OUT.includes(line.sizes.name) || (backend === "cpu" && line.cell !== "LSTM")) return [];
      await enter();
      return [{ name, enter, sample: timed(runner(line)) }];
    },
  };
}

export const wasm = peer("wasm");
export const cpu = peer("cpu");
