import { nn, noGrad, optim, tensor } from "unrolled";

const [w, u, b] = [0.6, 0.8, 0.1]; // input weight, recurrent weight, bias
const x = [1, 0.5, -1];
const y = [0, 0, 1];

// Forward: from the first step to the last.
const h = [0]; // h[t] is the state before step t, h[t + 1] the one after it
for (let t = 0; t < 3; t++) h.push(Math.tanh(w * x[t]! + u * h[t]! + b));
console.log("h", h.slice(1).map((value) => value.toFixed(4)).join(" ")); // biome-ignore format: one line
console.log("loss", y.reduce((sum, target, t) => sum + (h[t + 1]! - target) ** 2, 0).toFixed(4)); // biome-ignore format: one line

// Backward: from the last step to the first. Each step adds to the gradients of the parameters that all of them share.
let [dw, du, db] = [0, 0, 0];
let later = 0; // what the steps after t say of h_t
for (let t = 2; t >= 0; t--) {
  const dh = 2 * (h[t + 1]! - y[t]!) + later; // by the loss at t, and by way of h_t+1
  const da = dh * (1 - h[t + 1]! ** 2); // through tanh
  dw += da * x[t]!;
  du += da * h[t]!;
  db += da;
  later = da * u; // to the step before
  console.log(`t = ${t}: dh ${dh.toFixed(4)}, da ${da.toFixed(4)}; so far dw ${dw.toFixed(4)}, du ${du.toFixed(4)}, db ${db.toFixed(4)}`);
}

// The same with nn.RNN.
const rnn = new nn.RNN(1, 1);
noGrad(() => {
  rnn.weight_ih_l0.fill_(w);
  rnn.weight_hh_l0.fill_(u);
  rnn.bias_ih_l0!.fill_(b);
  rnn.bias_hh_l0!.zero_();
});
const optimizer = new optim.SGD(rnn.parameters(), { lr: 0.1 });
const loss = () => nn.functional.mseLoss(rnn.forward(tensor(x, { shape: [3, 1] }))[0], tensor(y, { shape: [3, 1] }), { reduction: "sum" });
const before = loss();
before.backward();
const grads = [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0!].map((parameter) => parameter.grad!.item().toFixed(4));
console.log("backward()", grads.join(" "));

// One update, after all steps have had their say.
optimizer.step();
console.log("weights", [rnn.weight_ih_l0, rnn.weight_hh_l0].map((parameter) => parameter.item().toFixed(4)).join(" ")); // biome-ignore format: one line
console.log(`loss ${before.item().toFixed(4)} → ${loss().item().toFixed(4)}`);
