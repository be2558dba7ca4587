import { data, nn, noGrad, optim, type Tensor, tensor } from "unrolled";

const pattern = (shape: number[], phase: number) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => Math.sin(1.7 * at + phase) / 2);
  return tensor(values, { shape });
};

// From 12 values of a wave to the next one.
const wave = Array.from({ length: 60 }, (_, t) => Math.sin(0.4 * t) + 0.3 * Math.sin(1.1 * t));
const inputs = tensor(wave.slice(12).map((_, at) => wave.slice(at, at + 12))).unsqueeze(-1);
const targets = tensor(wave.slice(12)).unsqueeze(-1);

class Forecaster extends nn.Module {
  rnn = new nn.LSTM(1, 8, { batchFirst: true });
  head = new nn.Linear(8, 1);

  forward(windows: Tensor): Tensor {
    const [output] = this.rnn.forward(windows);
    return this.head.forward(output.select(1, -1)); // of the last step, as without `returnSequences`
  }
}

const model = new Forecaster();
noGrad(() => {
  for (const parameter of model.parameters()) parameter.zero_();
  model.rnn.weight_ih_l0.copy_(pattern([1, 32], 1).transpose(0, 1));
  model.rnn.weight_hh_l0.copy_(pattern([8, 32], 2).transpose(0, 1));
  model.head.weight.copy_(pattern([8, 1], 3).transpose(0, 1));
  model.rnn.bias_hh_l0?.requiresGrad_(false); // tfjs has one bias: two would learn it twice as fast
});
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, eps: 1e-7 }); // 1e-8 is PyTorch's default, and here
const loader = new data.DataLoader(new data.TensorDataset(inputs, targets), { batchSize: 16 });
for (let epoch = 0; epoch < 12; epoch++) {
  let total = 0;
  for (const [windows, next] of loader) {
    const loss = nn.functional.mseLoss(model.forward(windows), next);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    total += loss.item() * windows.shape[0]!;
  }
  if ([0, 3, 7, 11].includes(epoch)) console.log(`epoch ${epoch}: ${(total / 48).toFixed(4)}`);
}
const forecast = noGrad(() => model.forward(inputs.narrow(0, 0, 3)));
console.log("forecast", Array.from(forecast.data, (value) => value.toFixed(3)).join(" "));
