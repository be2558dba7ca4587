import * as tf from "@tensorflow/tfjs";
import type { Case } from "./cases.js";

/** Loads TensorFlow.js with the backend that it chooses; says which. */
export async function start(): Promise<string> {
  tf.enableProdMode();
  await tf.ready();
  const backend = tf.getBackend();
  return `TensorFlow.js ${tf.version.tfjs}, backend ${backend}${backend === "webgl" ? `, on ${renderer()}` : ""}`;
}

/** What computes for WebGL: a graphics card or, where there is none for the browser, the processor. */
function renderer(): string {
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  const names = context?.getExtension("WEBGL_debug_renderer_info");
  const name = context && names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : "an unknown device";
  return /swiftshader|llvmpipe|software/i.test(name) ? `the processor, not a graphics card (${name})` : name;
}

/** A call of a case in TensorFlow.js; each reads its result. */
export function prepare({ kind, steps, batch, input, hidden }: Case): () => Promise<unknown> {
  if (kind === "product") {
    const [a, b] = [tf.randomNormal([batch, input]), tf.randomNormal([input, hidden])] as [tf.Tensor2D, tf.Tensor2D];
    return () => read(() => tf.matMul(a, b));
  }
  const model = tf.sequential();
  // Keras' own LSTM has hard sigmoids and another forget bias; and its orthogonal start takes seconds.
  const settings = { recurrentActivation: "sigmoid", unitForgetBias: false, recurrentInitializer: "glorotUniform" } as const;
  model.add(tf.layers.lstm({ units: hidden, returnSequences: true, batchInputShape: [batch, steps, input], ...settings }));
  const x = tf.randomNormal([batch, steps, input]);
  if (kind === "forward") return () => read(() => model.predict(x) as tf.Tensor);
  const target = tf.randomNormal([batch, steps, hidden]);
  const optimizer = tf.train.adam(1e-3);
  const loss = () => tf.losses.meanSquaredError(target, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
  return () => read(() => optimizer.minimize(loss, true) as tf.Scalar);
}

/** Computes, reads the result as the backend likes it best, and frees it. */
async function read(compute: () => tf.Tensor): Promise<unknown> {
  const result = tf.tidy(compute);
  const values = await result.data();
  result.dispose();
  return values;
}
