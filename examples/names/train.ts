import { data, nn, noGrad, optim, tensor } from "unrolled";
import { Best } from "../best.js";
import type { Sample } from "./data.js";
import { NameModel } from "./model.js";

export interface Sizes {
  readonly hidden: number;
  readonly epochs: number;
}

/** Mean cross entropy, in nats, and the share of names that are on the list that the model says. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

export interface Epoch {
  readonly training: number;
  readonly validation: Score;
}

export interface Trained {
  readonly model: NameModel;
  readonly history: readonly Epoch[];
  /** The epoch whose weights the model has, counted from 1. */
  readonly best: number;
}

const labels = (samples: readonly Sample[]) => tensor(samples.map(({ label }) => label));
const names = (samples: readonly Sample[]) => samples.map(({ name }) => name);

/** Trains until the epochs are over, and gives the weights of the epoch with the lowest validation loss. */
export function train(
  training: data.Dataset<Sample>,
  validation: data.Dataset<Sample>,
  { hidden, epochs }: Sizes,
  say: (line: string) => void,
): Trained {
  const model = new NameModel(hidden);
  const optimizer = new optim.AdamW(model.parameters(), { lr: 4e-3, weightDecay: 0.02 });
  const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, epochs);
  const loader = new data.DataLoader(training, { batchSize: 64, shuffle: true, collate: (samples: Sample[]) => samples });
  const best = new Best(model);
  const history: Epoch[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train();
    let total = 0;
    for (const samples of loader) {
      optimizer.zeroGrad();
      const loss = nn.functional.binaryCrossEntropyWithLogits(model.forward(names(samples)), labels(samples));
      loss.backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      total += loss.item() * samples.length;
    }
    scheduler.step();
    const score = evaluate(
      model,
      Array.from({ length: validation.length }, (_, index) => validation.get(index)),
    );
    history.push({ training: total / training.length, validation: score });
    best.update(epoch, score.loss);
    say(
      `epoch ${epoch}: training loss ${(total / training.length).toFixed(3)}, validation ${score.loss.toFixed(3)}, ${percent(score.accuracy)} right`,
    );
  }
  best.restore();
  return { model, history, best: best.epoch };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What the model says of names: the probability of being female. */
export function probabilities(model: NameModel, list: readonly string[]): Float32Array {
  model.eval();
  return noGrad(() => model.forward(list).sigmoid().data) as Float32Array;
}

export function evaluate(model: NameModel, samples: readonly Sample[]): Score {
  model.eval();
  return noGrad(() => {
    const logits = model.forward(names(samples));
    const loss = nn.functional.binaryCrossEntropyWithLogits(logits, labels(samples)).item();
    return { loss, accuracy: logits.gt(0).eq(labels(samples)).sum().item() / samples.length };
  });
}
