import { data, nn, noGrad, optim, type Tensor } from "unrolled";
import { Best } from "../best.js";
import type { WaveModel } from "./model.js";

type Waves = data.Dataset<[wave: Tensor, form: Tensor]>;

export interface Plan {
  /** Epochs at most. */
  readonly epochs: number;
  /** Epochs without a better validation loss, after which training ends. */
  readonly patience: number;
  /** Sequences that go through the model at once. */
  readonly batchSize: number;
  /** Batches whose gradients are added up for one step of the optimizer. */
  readonly accumulate: number;
}

/** The mean over a dataset. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** What is known after an epoch. */
export interface Epoch {
  readonly epoch: number;
  readonly training: Score;
  readonly validation: Score;
  readonly learningRate: number;
}

/** Mean loss and accuracy, counted sequence by sequence: the last batch may have fewer. */
class Mean {
  #loss = 0;
  #right = 0;
  #count = 0;

  add(loss: Tensor, logits: Tensor, forms: Tensor): void {
    const count = forms.numel();
    this.#loss += loss.item() * count;
    this.#right += logits.argmax(1).eq(forms).sum().item();
    this.#count += count;
  }

  get score(): Score {
    return { loss: this.#loss / this.#count, accuracy: this.#right / this.#count };
  }
}

/** Up to `size` items at a time. */
function* groups<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Trains for one epoch. */
function trainEpoch(model: WaveModel, loader: data.DataLoader<[Tensor, Tensor]>, optimizer: optim.Optimizer, accumulate: number): Score {
  model.train(); // dropout is on
  const mean = new Mean();
  for (const batches of groups(loader, accumulate)) {
    optimizer.zeroGrad();
    for (const [waves, forms] of batches) {
      const logits = model.forward(waves);
      const loss = nn.functional.crossEntropy(logits, forms);
      loss.div(batches.length).backward(); // adds to the gradients, which become those of all these batches' mean
      mean.add(loss, logits, forms);
    }
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
  }
  return mean.score;
}

/** Measures without learning. */
export function evaluate(model: WaveModel, dataset: Waves): Score {
  model.eval(); // dropout is off
  const mean = new Mean();
  noGrad(() => {
    for (const [waves, forms] of new data.DataLoader(dataset, { batchSize: 256 })) {
      const logits = model.forward(waves);
      mean.add(nn.functional.crossEntropy(logits, forms), logits, forms);
    }
  });
  return mean.score;
}

/** Trains until validation gets no better; the model then has the weights of its best epoch. */
export function trainUntilBest(model: WaveModel, training: Waves, validation: Waves, plan: Plan, show: (epoch: Epoch) => void): Best {
  const loader = new data.DataLoader(training, { batchSize: plan.batchSize, shuffle: true });
  const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-3 });
  const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 2, factor: 0.3 });
  const best = new Best(model, plan.patience);
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    const learningRate = optimizer.paramGroups[0]!.lr;
    const trained = trainEpoch(model, loader, optimizer, plan.accumulate);
    const validated = evaluate(model, validation);
    scheduler.step(validated.loss);
    show({ epoch, training: trained, validation: validated, learningRate });
    if (!best.update(epoch, validated.loss)) break;
  }
  best.restore();
  return best;
}
