import { manualSeed, nn, optim, stack, type Tensor, tensor, zeros } from "unrolled";

manualSeed(0);
// Waves of 40 steps [T, N, 1]: 20 are given; from there on the model goes on with what it has predicted itself.
const wave = Array.from({ length: 41 }, (_, t) => [0, 1, 2, 3, 4, 5].map((phase) => Math.sin(0.3 * t + phase)));
const steps = tensor(wave).unsqueeze(2).unbind();

class Forecaster extends nn.Module {
  cell = new nn.LSTMCell(1, 16);
  head = new nn.Linear(16, 1);

  forward(given: readonly Tensor[], count: number): Tensor {
    let [h, c] = [zeros([6, 16]), zeros([6, 16])];
    const outputs: Tensor[] = [];
    for (let t = 0; t < count; t++) {
      const x = given[t] ?? outputs.at(-1)!;
      [h, c] = this.cell.forward(x, [h, c]);
      outputs.push(this.head.forward(h));
    }
    return stack(outputs);
  }
}

const model = new Forecaster();
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
const targets = stack(steps.slice(1));
for (let step = 0; step <= 45; step++) {
  const outputs = model.forward(steps.slice(0, 20), 40);
  const loss = nn.functional.mseLoss(outputs, targets);
  optimizer.zeroGrad();
  loss.backward();
  const norm = nn.utils.clipGradNorm_(model.parameters(), 0.5);
  optimizer.step();
  if (step % 15 === 0) {
    console.log(`step ${step}: loss ${loss.item().toFixed(4)}, norm of the gradients ${norm.toFixed(4)}`);
  }
}
