// Compiled, never run: what TypeScript accepts of schedulers, and what it must refuse.

import { optim, type Tensor } from "unrolled";

const { lrScheduler } = optim;

/** Schedulers of any optimizer, alone and together. */
export function accepted(adam: optim.Adam, sgd: optim.SGD, loss: Tensor): void {
  const warmUp = new lrScheduler.LinearLR(adam, { totalIters: 5 });
  const fall = new lrScheduler.CosineAnnealingLR(adam, 95, { etaMin: 1e-5 });
  const all: optim.lrScheduler.LRScheduler[] = [warmUp, fall];
  const sequence = new lrScheduler.SequentialLR(adam, all, [5]);
  sequence.loadStateDict(JSON.parse(JSON.stringify(sequence.stateDict())));
  new lrScheduler.ChainedScheduler([sequence, warmUp], { optimizer: adam }).step();
  new lrScheduler.OneCycleLR(sgd, [0.1, 0.2], { epochs: 2, stepsPerEpoch: 3, maxMomentum: [0.9, 0.8] });
  new lrScheduler.ReduceLROnPlateau(sgd).step(loss);
  const any: optim.lrScheduler.Scheduler[] = [sequence, new lrScheduler.ReduceLROnPlateau(sgd)];
  any[0]?.getLastLr();
  for (const group of adam.paramGroups) group.lr = group.initialLr ?? 1;
}

/** What must not compile. */
export function refused(adam: optim.Adam, sgd: optim.SGD): void {
  // @ts-expect-error PyTorch's spelling of an option
  new lrScheduler.ConstantLR(adam, { total_iters: 2 });
  // @ts-expect-error the size of a step is no option
  new lrScheduler.StepLR(adam, { stepSize: 3 });
  // @ts-expect-error there are two ways
  new lrScheduler.OneCycleLR(adam, 0.1, { totalSteps: 3, annealStrategy: "exp" });
  // @ts-expect-error a plateau needs a metric
  new lrScheduler.ReduceLROnPlateau(sgd).step();
  // @ts-expect-error a sequence gives none
  new lrScheduler.SequentialLR(sgd, [new lrScheduler.ReduceLROnPlateau(sgd)], []);
  // @ts-expect-error nor does it take a chain
  new lrScheduler.SequentialLR(sgd, [new lrScheduler.ChainedScheduler([new lrScheduler.ConstantLR(sgd)])], []);
  // @ts-expect-error factors are numbers
  new lrScheduler.LambdaLR(sgd, (epoch) => `${epoch}`);
}
