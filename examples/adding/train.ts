import { nn, noGrad, optim } from "unrolled";
import type { Cell } from "../cells.js";
import { Adder } from "./model.js";
import { addingProblem } from "./task.js";

export interface Training {
  readonly cell: Cell;
  /** T, the steps of each sequence. */
  readonly length: number;
  readonly hidden: number;
  readonly learningRate: number;
  /** It ends earlier if the error stays below `solved`. */
  readonly steps: number;
}

/** Mean squared error on sequences that are not learned from. */
export interface Point {
  readonly step: number;
  readonly mse: number;
}

/** The problem counts as solved at 0.01; training goes on until there is some air. */
const SOLVED = 0.002;

const settings = { batch: 32, test: 512, gradientNorm: 1, every: 50 } as const;

/** What came of a training. */
export interface Trained {
  /** The error before the first and after every 50th step. */
  readonly curve: readonly Point[];
  /** The error on the same test sequences of who always says 1. */
  readonly knowingNothing: number;
}

/** Every sequence is new, so nothing can be learned by heart. */
export function train({ cell, length, hidden, learningRate, steps }: Training): Trained {
  const model = new Adder(cell, hidden, length);
  const optimizer = new optim.Adam(model.parameters(), { lr: learningRate });
  const criterion = new nn.MSELoss();
  const [testInput, testTarget] = addingProblem(length, settings.test);
  const error = () => noGrad(() => criterion.forward(model.forward(testInput), testTarget).item());
  const knowingNothing = testTarget.sub(1).pow(2).mean().item();
  const curve: Point[] = [{ step: 0, mse: error() }];
  for (let step = 1; step <= steps; step++) {
    const [input, target] = addingProblem(length, settings.batch);
    optimizer.zeroGrad();
    criterion.forward(model.forward(input), target).backward();
    nn.utils.clipGradNorm_(model.parameters(), settings.gradientNorm);
    optimizer.step();
    if (step % settings.every !== 0) continue;
    curve.push({ step, mse: error() });
    if (curve.slice(-2).every(({ mse }) => mse < SOLVED)) break;
  }
  return { curve, knowingNothing };
}
