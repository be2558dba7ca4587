import { data, manualSeed, nn, noGrad, optim, randn, type Tensor } from "unrolled";

manualSeed(0);

/** Noise [N, T, 1], and whether the first number of each sequence is positive [N]: all else is to be ignored. */
function sequences(count: number) {
  const inputs = randn([count, 10, 1]);
  return new data.TensorDataset(inputs, inputs.select(1, 0).gt(0).flatten());
}

class Classifier extends nn.Module {
  rnn = new nn.GRU(1, 16, { batchFirst: true });
  head = new nn.Linear(16, 2);

  forward(inputs: Tensor): Tensor {
    const [, hn] = this.rnn.forward(inputs);
    return this.head.forward(hn.select(0, -1)); // the last layer's final state [N, H] → [N, 2]
  }
}

/** The share of right answers. Nothing is learned here: no gradients, and no dropout, if there were any. */
function accuracy(model: Classifier, dataset: data.Dataset<[Tensor, Tensor]>): number {
  model.eval();
  let right = 0;
  noGrad(() => {
    for (const [inputs, targets] of new data.DataLoader(dataset, { batchSize: 100 })) {
      right += model.forward(inputs).argmax(1).eq(targets).sum().item();
    }
  });
  return right / dataset.length;
}

const [training, validation] = data.randomSplit(sequences(1000), [0.8, 0.2]);
const model = new Classifier();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
for (let epoch = 1; epoch <= 6; epoch++) {
  model.train();
  let total = 0;
  for (const [inputs, targets] of new data.DataLoader(training, { batchSize: 32, shuffle: true })) {
    optimizer.zeroGrad(); // the gradients of the batch before
    const loss = nn.functional.crossEntropy(model.forward(inputs), targets);
    loss.backward(); // backpropagation through time
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step(); // one update per batch
    total += loss.item() * targets.numel();
  }
  console.log(`epoch ${epoch}: loss ${(total / training.length).toFixed(3)}, validation ${accuracy(model, validation).toFixed(2)}`);
}
console.log(`test ${accuracy(model, sequences(500)).toFixed(2)}`);
