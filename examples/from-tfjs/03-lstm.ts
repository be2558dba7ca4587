import { nn, type Tensor, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};
const show = (values: Tensor) => Array.from(values.data, (value) => value.toFixed(4)).join(" ");

const lstm = new nn.LSTM(5, 3, { batchFirst: true });
const input = pattern([2, 4, 5], 0); // [N, T, I]
const [output, [h, c]] = lstm.forward(input);
console.log("shapes", output.shape, h.squeeze(0).shape, c.squeeze(0).shape);
// The weights are [4H, I] and [4H, H], in the same order of gates; the other one of the two biases is zero.
lstm.loadStateDict({
  weight_ih_l0: pattern([5, 12], 1).transpose(0, 1),
  weight_hh_l0: pattern([3, 12], 2).transpose(0, 1),
  bias_ih_l0: pattern([12], 3),
  bias_hh_l0: pattern([12], 3).mul(0),
});
const [output1, [h1, c1]] = lstm.forward(input);
console.log("first output", show(output1.select(0, 0).select(0, 0)));
console.log("h", show(h1));
console.log("c", show(c1));
// As in PyTorch the gates begin near a half: who wants the forget gate open, says so.
const fresh = nn.init.forgetBias_(new nn.LSTM(5, 2), 1);
const { bias_ih_l0: bias, bias_hh_l0: other } = fresh.stateDict();
console.log("bias of the forget gate", show(bias!.add(other!).narrow(0, 2, 2)));
