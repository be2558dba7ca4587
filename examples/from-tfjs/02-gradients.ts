import { nn, optim, type Tensor, tensor } from "unrolled";

const show = (values: Tensor) => Array.from(values.data, (value) => value.toFixed(4)).join(" ");
const w = new nn.Parameter(tensor([0.5, -1, 2]));
const x = tensor([1, 2, 3]);
const value = w.mul(x).tanh().sum();
value.backward();
console.log("value", show(value));
console.log("gradient", show(w.grad!));

const optimizer = new optim.SGD([w], { lr: 0.02 });
for (let step = 0; step < 3; step++) {
  const cost = w.mul(x).sum().sub(1).pow(2);
  optimizer.zeroGrad();
  cost.backward();
  optimizer.step();
  console.log("cost", show(cost), "weights", show(w));
}
