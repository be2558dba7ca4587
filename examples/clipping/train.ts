import { manualSeed, nn, optim } from "unrolled";
import { Walker } from "./model.js";
import { walk } from "./task.js";

export interface Training {
  readonly seed: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Gradients are scaled down to this norm; Infinity leaves them as they are. */
  readonly maxNorm: number;
}

/** What is seen of one step. */
export interface Point {
  readonly step: number;
  readonly loss: number;
  /** Of all gradients together, before they are clipped. */
  readonly norm: number;
}

/** Trains, every time from the same weights on the same sequences, until the loss is no number any more. */
export function train({ seed, steps, learningRate, maxNorm }: Training): Point[] {
  manualSeed(seed);
  const model = new Walker(32);
  const optimizer = new optim.SGD(model.parameters(), { lr: learningRate, momentum: 0.9 });
  const criterion = new nn.MSELoss();
  const points: Point[] = [];
  for (let step = 1; step <= steps; step++) {
    const [input, target] = walk();
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(input), target);
    loss.backward();
    const norm = nn.utils.clipGradNorm_(model.parameters(), maxNorm);
    optimizer.step();
    points.push({ step, loss: loss.item(), norm });
    if (!Number.isFinite(loss.item())) break;
  }
  return points;
}
