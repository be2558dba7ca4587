import { nn, noGrad, tensor } from "unrolled";

const rnn = new nn.RNN(1, 2); // one number in at each step, two in the hidden state
noGrad(() => {
  rnn.weight_ih_l0.copy_(tensor([[0.5], [-0.3]]));
  rnn.weight_hh_l0.copy_(
    tensor([
      [0.8, 0.1],
      [-0.2, 0.6],
    ]),
  );
  rnn.bias_ih_l0!.copy_(tensor([0, 0.1]));
  rnn.bias_hh_l0!.zero_();
});

// By hand: the same four parameters at every step, and a state that is handed on.
let h = [0, 0];
for (const x of [1, 0, -1, 2]) {
  h = [Math.tanh(0.5 * x + 0.8 * h[0]! + 0.1 * h[1]!), Math.tanh(-0.3 * x + 0.1 - 0.2 * h[0]! + 0.6 * h[1]!)];
  console.log(`x = ${x}: h = [${h.map((value) => value.toFixed(4)).join(", ")}]`);
}

// All four steps in one call.
const [output] = rnn.forward(tensor([[1], [0], [-1], [2]])); // [T, I] → [T, H]
for (const [t, row] of output.unbind(0).entries()) {
  console.log(`step ${t}: [${Array.from(row.data, (value) => value.toFixed(4)).join(", ")}]`);
}
console.log("parameters:", rnn.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0)); // biome-ignore format: one line
