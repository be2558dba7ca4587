import { data, linspace, manualSeed, nn, noGrad, optim, rand, type Tensor } from "unrolled";

manualSeed(0);

/** Lines of 12 steps [N, T, 1] under noise, and whether each rises [N]. */
function noisyLines(count: number) {
  const slope = rand([count, 1, 1]).mul(2).sub(1);
  const inputs = slope.mul(linspace(0, 2, 12).reshape([12, 1])).add(rand([count, 12, 1]));
  return new data.TensorDataset(inputs, slope.gt(0).flatten());
}

class Classifier extends nn.Module {
  rnn = new nn.LSTM(1, 10, { batchFirst: true });
  head = new nn.Linear(10, 2);

  forward(inputs: Tensor): Tensor {
    const [output] = this.rnn.forward(inputs);
    return this.head.forward(output.select(1, -1));
  }
}

function evaluate(model: Classifier, dataset: data.Dataset<[Tensor, Tensor]>): string {
  model.eval();
  let [loss, correct] = [0, 0];
  noGrad(() => {
    for (const [inputs, targets] of new data.DataLoader(dataset, { batchSize: 64 })) {
      const logits = model.forward(inputs);
      loss += nn.functional.crossEntropy(logits, targets, { reduction: "sum" }).item();
      correct += logits.argmax(1).eq(targets).sum().item();
    }
  });
  return `${(loss / dataset.length).toFixed(4)} ${correct}/${dataset.length}`;
}

const [training, validation] = data.randomSplit(noisyLines(200), [0.8, 0.2]);
const model = new Classifier();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
for (let epoch = 0; epoch < 5; epoch++) {
  model.train();
  for (const [inputs, targets] of new data.DataLoader(training, { batchSize: 32, shuffle: true })) {
    optimizer.zeroGrad();
    nn.functional.crossEntropy(model.forward(inputs), targets).backward();
    optimizer.step();
  }
  console.log(`epoch ${epoch}: training ${evaluate(model, training)}, validation ${evaluate(model, validation)}`);
}
console.log(`test ${evaluate(model, noisyLines(100))}`);
