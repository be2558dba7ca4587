// From nothing to the first result of an LSTM (I 64, H 128, one step) in a new process; prints the milliseconds.

const [library] = process.argv.slice(2);
const sizes = { name: "stream", steps: 1, batch: 1, input: 64, hidden: 128, layers: 1 };

const imports = {
  unrolled: async () => (await import("../peers/unrolled.mjs")).unrolled,
  "onnxruntime-web": () => import("../peers/onnxruntime.mjs"),
  "tfjs wasm": async () => (await import("../peers/tfjs.mjs")).wasm,
  "jax-js": () => import("../peers/jax.mjs"),
};

const start = performance.now();
const peer = await imports[library]();
await peer.load();
const [{ sample }] = await peer.contestants({ cell: "LSTM", mode: "forward", sizes });
await sample(0);
console.log(performance.now() - start);
