import { readFileSync } from "node:fs";
import { nn, type Tensor, tensor } from "unrolled";

const signal = Float32Array.from({ length: 40 }, (_, t) => Math.sin(0.7 * t) + Math.sin(0.31 * t * t));
let above = 0;
const share = Array.from(signal, (value, t) => {
  above += Number(value > 0);
  return above / (t + 1);
});

/** The weights in a model.json, in the layers' order: kernel, recurrent kernel, bias. */
function readWeights(file: string): Tensor[] {
  const { weightsManifest } = JSON.parse(readFileSync(file, "utf8"));
  const [{ paths, weights }] = weightsManifest;
  const values = new Float32Array(new Uint8Array(readFileSync(paths[0])).buffer);
  let start = 0;
  return weights.map(({ shape }: { shape: number[] }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    start += count;
    return tensor(values.subarray(start - count, start), { shape });
  });
}

const [kernel, recurrent, bias, headKernel, headBias] = readWeights("counter.json") as [Tensor, Tensor, Tensor, Tensor, Tensor];
const rnn = new nn.LSTM(1, 10);
rnn.loadStateDict({
  weight_ih_l0: kernel.transpose(0, 1),
  weight_hh_l0: recurrent.transpose(0, 1),
  bias_ih_l0: bias,
  bias_hh_l0: bias.mul(0),
});
const head = new nn.Linear(10, 1);
head.loadStateDict({ weight: headKernel.transpose(0, 1), bias: headBias });

// Step by step, as the signal comes in: what `stateful: true` is for.
const stream = rnn.stream();
const output = Array.from(signal, (value) => head.forward(tensor(stream.step(Float32Array.of(value)))).item());
for (const t of [0, 9, 19, 39]) console.log(`step ${t}: ${output[t]!.toFixed(4)} of ${share[t]!.toFixed(4)}`);
