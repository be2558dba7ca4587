import { cat, data, manualSeed, nn, optim, rand, randint, type Tensor, tensor } from "unrolled";

manualSeed(0);
// The adding problem: of ten numbers two are marked, and their sum is asked for.
const [values, marked] = [rand([400, 10, 1]), new Float32Array(400 * 10)];
const [first, second] = [randint(0, 5, [400]).data, randint(5, 10, [400]).data];
for (let n = 0; n < 400; n++) marked[10 * n + first[n]!] = marked[10 * n + second[n]!] = 1;
const marks = tensor(marked, { shape: [400, 10, 1] });
const dataset = new data.TensorDataset(cat([values, marks], { dim: 2 }), values.mul(marks).sum([1, 2]));

class Adder extends nn.Module {
  rnn = new nn.GRU(2, 16, { batchFirst: true });
  norm = new nn.LayerNorm(16);
  head = new nn.Linear(16, 1);

  forward(inputs: Tensor): Tensor {
    const [, hn] = this.rnn.forward(inputs);
    return this.head.forward(this.norm.forward(hn.select(0, -1))).squeeze(1);
  }
}

const model = new Adder();
const optimizer = new optim.Adam(
  [
    { params: model.rnn.parameters(), lr: 0.01 },
    { params: model.head.parameters(), weightDecay: 1e-4 },
    { params: model.norm.parameters() },
  ],
  { lr: 0.003 },
);
const criterion = new nn.MSELoss();
for (let epoch = 0; epoch < 6; epoch++) {
  let total = 0;
  for (const [inputs, targets] of new data.DataLoader(dataset, { batchSize: 50, shuffle: true, dropLast: true })) {
    const loss = criterion.forward(model.forward(inputs), targets);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    total += loss.item();
  }
  optimizer.paramGroups[0]!.lr *= 0.9;
  console.log(`epoch ${epoch}: ${(total / 8).toFixed(4)}`);
}
