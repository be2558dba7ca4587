import { data, nn, optim, type Tensor } from "unrolled";
import type { FilterModel } from "./model.js";

export interface Plan {
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
}

/** How far the first estimates may be off is not the filter's fault: it has seen too little. */
const WARM_UP = 5;

/** Trains on whole recordings, `[N, T, 1]`; returns the mean squared error of each epoch. */
export function train(
  model: FilterModel,
  recordings: data.TensorDataset<[Tensor, Tensor]>,
  plan: Plan,
  show: (epoch: number, loss: number) => void,
): void {
  const loader = new data.DataLoader(recordings, { batchSize: plan.batch, shuffle: true });
  const optimizer = new optim.Adam(model.parameters());
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, plan.learningRate, { totalSteps: plan.epochs * loader.length });
  const late = (values: Tensor) => values.narrow(1, WARM_UP, values.shape[1]! - WARM_UP);
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    let total = 0;
    for (const [measured, truth] of loader) {
      optimizer.zeroGrad();
      const loss = nn.functional.mseLoss(late(model.forward(measured)), late(truth));
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
      total += loss.item();
    }
    show(epoch, total / loader.length);
  }
}
