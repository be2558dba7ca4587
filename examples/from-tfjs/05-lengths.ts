import { nn, tensor } from "unrolled";

const { packSequence } = nn.utils.rnn;
const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

// Three sequences of 5, 2 and 3 steps: nothing is computed for padding, and zeros are values like any other.
const sequences = [5, 2, 3].map((length, n) => pattern([length, 4], n));

const lstm = new nn.LSTM(4, 3);
lstm.loadStateDict({
  weight_ih_l0: pattern([4, 12], 1).transpose(0, 1),
  weight_hh_l0: pattern([3, 12], 2).transpose(0, 1),
  bias_ih_l0: pattern([12], 3),
  bias_hh_l0: tensor(new Float32Array(12)),
});
const [, [hn]] = lstm.forward(packSequence(sequences, { enforceSorted: false }));
for (const row of hn.squeeze(0).unbind()) console.log(Array.from(row.data, (value) => value.toFixed(4)).join(" "));
