import { nn, noGrad, optim, type Tensor } from "unrolled";
import type { Cell } from "../cells.js";
import { Copier } from "./model.js";
import { copyMemory, type Sizes, steps } from "./task.js";

export interface Training {
  readonly cell: Cell;
  readonly sizes: Sizes;
  readonly hidden: number;
  readonly learningRate: number;
  readonly steps: number;
}

/** What was measured on sequences that are not learned from. */
export interface Point {
  readonly step: number;
  /** Mean cross entropy of all steps, in nats. */
  readonly loss: number;
  /** The share of the symbols that were written right. */
  readonly right: number;
}

const settings = { batch: 16, test: 256, gradientNorm: 1, every: 100, forgetBias: 4 } as const;

const criterion: nn.CrossEntropyLoss = new nn.CrossEntropyLoss();
const cost = (logits: Tensor, target: Tensor): Tensor => criterion.forward(logits.flatten({ endDim: 1 }), target.flatten());

/** Every sequence is new. @returns what was measured before the first and after every 100th step */
export function train({ cell, sizes, hidden, learningRate, steps: count }: Training): Point[] {
  const model = new Copier(cell, hidden, settings.forgetBias);
  const optimizer = new optim.Adam(model.parameters(), { lr: learningRate });
  const [test, expected] = copyMemory(sizes, settings.test);
  const measure = (step: number): Point =>
    noGrad(() => {
      const logits = model.forward(test);
      return { step, loss: cost(logits, expected).item(), right: recalled(logits, expected, sizes) };
    });
  const curve = [measure(0)];
  for (let step = 1; step <= count; step++) {
    const [input, target] = copyMemory(sizes, settings.batch);
    optimizer.zeroGrad();
    cost(model.forward(input), target).backward();
    nn.utils.clipGradNorm_(model.parameters(), settings.gradientNorm);
    optimizer.step();
    if (step % settings.every === 0) curve.push(measure(step));
  }
  return curve;
}

/** How many of the symbols to be remembered are the likeliest ones at their steps. */
function recalled(logits: Tensor, target: Tensor, sizes: Sizes): number {
  const start = steps(sizes) - sizes.symbols;
  const written = logits.narrow(0, start, sizes.symbols).argmax(-1);
  return (
    written
      .eq(target.narrow(0, start, sizes.symbols))
      .sum()
      .item() / written.numel()
  );
}
