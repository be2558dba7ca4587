import { nn, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

const lstm = new nn.LSTM(4, 3, { numLayers: 2, bidirectional: true, batchFirst: true });
const weights = ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap((run, at) => [
  [`weight_ih_${run}`, pattern([at < 2 ? 4 : 6, 12], at).transpose(0, 1)] as const,
  [`weight_hh_${run}`, pattern([3, 12], at + 1).transpose(0, 1)] as const,
  [`bias_ih_${run}`, pattern([12], at + 2)] as const,
  [`bias_hh_${run}`, tensor(new Float32Array(12))] as const,
]);
lstm.loadStateDict(Object.fromEntries(weights));
const [output] = lstm.forward(pattern([2, 6, 4], 0)); // [N, T, 2·H]
console.log(output.shape);
for (const row of output.select(0, 0).narrow(0, 0, 2).unbind()) console.log(Array.from(row.data, (value) => value.toFixed(4)).join(" "));
