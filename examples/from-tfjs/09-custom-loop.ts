import { nn, noGrad, optim, type Tensor, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

class Model extends nn.Module {
  rnn = new nn.RNN(2, 6, { batchFirst: true });
  head = new nn.Linear(6, 1);

  forward(inputs: Tensor): Tensor {
    return this.head.forward(this.rnn.forward(inputs)[0].select(1, -1));
  }
}

const model = new Model();
noGrad(() => {
  for (const parameter of model.parameters()) parameter.zero_();
  model.rnn.weight_ih_l0.copy_(pattern([2, 6], 1).transpose(0, 1));
  model.rnn.weight_hh_l0.copy_(pattern([6, 6], 2).transpose(0, 1));
  model.head.weight.copy_(pattern([6, 1], 3).transpose(0, 1));
  model.rnn.bias_hh_l0?.requiresGrad_(false); // tfjs has one bias: two would learn it twice as fast
});
const inputs = pattern([10, 8, 2], 0);
const targets = inputs.mean([1, 2]).mul(5).unsqueeze(1);

const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
for (let step = 0; step < 12; step++) {
  const loss = nn.functional.mseLoss(model.forward(inputs), targets);
  optimizer.zeroGrad();
  loss.backward();
  const norm = nn.utils.clipGradNorm_(model.parameters(), 0.1);
  optimizer.step();
  if (step % 4 === 3) console.log(`step ${step}: loss ${loss.item().toFixed(4)}, norm ${norm.toFixed(3)}`);
}
