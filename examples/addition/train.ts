import { cat, data, nn, optim } from "unrolled";
import { answer, END, type Pair, question, type Sums } from "./data.js";
import { Adder, start } from "./model.js";

export interface Plan {
  readonly hidden: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: number;
}

/** What is known after an epoch. */
export interface Point {
  readonly epoch: number;
  readonly loss: number;
  /** The share of validation sums that are right in every digit. */
  readonly exact: number;
}

/** Mean cross entropy of the answers' symbols, with teacher forcing: each step is told what the one before should have written. */
function lossOf(model: Adder, pairs: readonly Pair[]) {
  // What lies behind an answer's end is read as END and, as −100, not asked for.
  const answers = pairs.map(answer);
  const target = nn.utils.rnn.padSequence(answers, { paddingValue: -100 }); // [T, N]
  const known = nn.utils.rnn.padSequence(answers, { paddingValue: END }).narrow(0, 0, target.shape[0]! - 1);
  const [logits] = model.decode(cat([start(pairs.length), known]), model.encode(pairs.map(question)));
  return nn.functional.crossEntropy(logits.flatten(0, 1), target.flatten());
}

/** The share of sums that are right in every digit. */
export function exactness(model: Adder, pairs: readonly Pair[]): number {
  const sums = model.eval().add(pairs);
  return pairs.filter(([a, b], index) => sums[index] === a + b).length / pairs.length;
}

/** Trains from one cycle of the learning rate. */
export function train({ training, validation }: Sums, plan: Plan, show: (point: Point) => void): Adder {
  const model = new Adder(plan.hidden);
  const loader = new data.DataLoader(training, { batchSize: plan.batch, shuffle: true, dropLast: true, collate: (pairs: Pair[]) => pairs });
  const optimizer = new optim.Adam(model.parameters());
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, plan.learningRate, { totalSteps: plan.epochs * loader.length });
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    let total = 0;
    model.train();
    for (const pairs of loader) {
      optimizer.zeroGrad();
      const loss = lossOf(model, pairs);
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
      total += loss.item();
    }
    show({ epoch, loss: total / loader.length, exact: exactness(model, validation) });
  }
  return model;
}
