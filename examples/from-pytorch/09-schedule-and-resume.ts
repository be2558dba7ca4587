import { manualSeed, nn, optim, rand } from "unrolled";
import { loadCheckpoint, saveCheckpoint } from "unrolled/node";

function begin() {
  const model = new nn.Sequential(new nn.Linear(3, 16), new nn.Tanh(), new nn.Linear(16, 1));
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.05 });
  const warmup = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 4 });
  const decay = new optim.lrScheduler.CosineAnnealingLR(optimizer, 8);
  return { model, optimizer, scheduler: new optim.lrScheduler.SequentialLR(optimizer, [warmup, decay], [4]) };
}

function train({ model, optimizer, scheduler }: ReturnType<typeof begin>, first: number, end: number): void {
  for (let epoch = first; epoch < end; epoch++) {
    const inputs = rand([32, 3]);
    const [x, y, z] = inputs.chunk(3, 1);
    const loss = nn.functional.smoothL1Loss(model.forward(inputs), x!.mul(y!).mul(z!));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    console.log(`epoch ${epoch}: lr ${scheduler.getLastLr()[0]!.toFixed(5)}, loss ${loss.item().toFixed(5)}`);
    scheduler.step();
  }
}

manualSeed(0);
const first = begin();
train(first, 0, 6);
await saveCheckpoint({ ...first, epoch: 6 }, "checkpoint.safetensors"); // the random generator is in it, too
train(first, 6, 9);

console.log("once more from the checkpoint");
const second = begin();
const { epoch } = await loadCheckpoint("checkpoint.safetensors", second);
train(second, epoch!, 9);
