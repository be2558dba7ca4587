import { io, nn, noGrad, optim, type Tensor } from "unrolled";
import { InputError, sentence } from "../errors.js";
import type { Task } from "./task.js";

export interface TrainingOptions {
  readonly epochs: number;
  readonly lr: number;
  /** Gradients are scaled down to this norm; 0 for never. */
  readonly clip: number;
  /** Epochs without a better validation after which training ends; 0 for never. */
  readonly patience: number;
  /** How the learning rate falls: halved when validation stops getting better, or in a line to zero. */
  readonly schedule: "plateau" | "linear";
  readonly weightDecay: number;
}

/** One line of metrics.csv. */
export interface EpochRecord {
  /** 0 is the model before training. */
  readonly epoch: number;
  /** Mean over the epoch; null for epoch 0. */
  readonly loss: number | null;
  readonly validation: number;
  readonly lr: number;
  /** The largest norm of all gradients before clipping; null for epoch 0. */
  readonly gradient: number | null;
  /** Seconds of training until its end. */
  readonly seconds: number;
}

/** What is known after a step. */
export interface StepProgress {
  readonly kind: "step";
  readonly epoch: number;
  /** Which part of all epochs is done. */
  readonly fraction: number;
  /** Mean over the epoch so far. */
  readonly loss: number;
  readonly unitsPerSecond: number;
  readonly secondsLeft: number;
}

export type Progress =
  | StepProgress
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly best: boolean }
  | { readonly kind: "validating" };

type Weights = Readonly<Record<string, Tensor>>;

/** What is saved beside model, optimizer and scheduler. */
interface Saved {
  readonly task: unknown;
  readonly best: Weights | null;
}

interface Counters {
  epoch: number;
  /** Batches of this epoch that are done; −1 before it has begun. */
  batch: number;
  lossSum: number;
  gradient: number;
  seconds: number;
  bestEpoch: number;
  history: EpochRecord[];
}

/** Steps in which the learning rate rises, at most; a tenth of all if they are few. */
const WARM_UP = 100;

/** Trains a task, and can stop after any step and go on from there in another process with the same bits. */
export class Trainer {
  static readonly name: string = "Trainer";
  readonly options: TrainingOptions;
  readonly #task: Task;
  readonly #optimizer: optim.AdamW;
  readonly #scheduler: optim.lrScheduler.ReduceLROnPlateau;
  #counters: Counters = { epoch: 0, batch: 0, lossSum: 0, gradient: 0, seconds: 0, bestEpoch: -1, history: [] };
  #best: Weights | null = null;
  /** Throughput of this process. */
  readonly #here = { units: 0, seconds: 0, steps: 0 };

  constructor(task: Task, options: TrainingOptions) {
    this.#task = task;
    this.options = options;
    this.#optimizer = new optim.AdamW(task.model.parameters(), { lr: options.lr, weightDecay: options.weightDecay, betas: [0.9, 0.99] });
    const patience = Math.max(2, Math.floor(options.patience / 3));
    this.#scheduler = new optim.lrScheduler.ReduceLROnPlateau(this.#optimizer, { factor: 0.5, patience, threshold: 1e-3 });
  }

  /** All epochs that are done. */
  get history(): readonly EpochRecord[] {
    return this.#counters.history;
  }

  /** The epoch with the least validation loss. */
  get best(): EpochRecord | undefined {
    return this.history.find(({ epoch }) => epoch === this.#counters.bestEpoch);
  }

  /** The weights of that epoch. */
  get bestWeights(): Weights {
    return this.#best ?? this.#task.model.stateDict();
  }

  /** Why training is over; null if it is not. */
  get end(): "epochs" | "patience" | null {
    const { epoch, bestEpoch } = this.#counters;
    const { patience, epochs } = this.options;
    if (patience > 0 && epoch - bestEpoch > patience && bestEpoch >= 0) return "patience";
    return epoch > epochs ? "epochs" : null;
  }

  /** Trains until the end, or until the caller takes no more. */
  *run(): Generator<Progress, void, void> {
    const counters = this.#counters;
    while (this.end === null) {
      if (counters.batch < 0) {
        this.#task.beginEpoch();
        counters.batch = 0;
      }
      while (counters.epoch > 0 && counters.batch < this.#task.batches) yield this.#step();
      const validation = this.#task.validate();
      let result = validation.next();
      for (; !result.done; result = validation.next()) yield { kind: "validating" };
      yield this.#endEpoch(result.value);
    }
  }

  #step(): StepProgress {
    const counters = this.#counters;
    const { model } = this.#task;
    const start = performance.now();
    const done = (counters.epoch - 1) * this.#task.batches + counters.batch;
    if (this.options.schedule === "linear") this.#setLr(done);
    this.#optimizer.zeroGrad();
    model.train();
    const loss = this.#task.loss(counters.batch);
    loss.backward();
    const clip = this.options.clip > 0 ? this.options.clip : Number.POSITIVE_INFINITY;
    counters.gradient = Math.max(counters.gradient, nn.utils.clipGradNorm_(model.parameters(), clip));
    const value = loss.item();
    this.#checkFinite(value);
    this.#optimizer.step();
    counters.lossSum += value;
    const seconds = (performance.now() - start) / 1000;
    counters.seconds += seconds;
    this.#here.seconds += seconds;
    this.#here.steps++;
    this.#here.units += this.#task.units(counters.batch);
    counters.batch++;
    return this.#progress(done + 1);
  }

  #checkFinite(loss: number): void {
    if (Number.isFinite(loss) && Number.isFinite(this.#counters.gradient)) return;
    const hint = `try a smaller --lr (now ${this.options.lr}) or --clip (now ${this.options.clip})`;
    throw new InputError(sentence("train", `loss and gradients of epoch ${this.#counters.epoch}`, "finite", `loss ${loss}`, hint));
  }

  #setLr(done: number): void {
    const all = this.options.epochs * this.#task.batches;
    const rise = Math.min(1, (done + 1) / Math.min(WARM_UP, Math.ceil(all / 10)));
    const lr = this.options.lr * rise * Math.max(0, 1 - done / all);
    for (const group of this.#optimizer.paramGroups) group.lr = lr;
  }

  #progress(done: number): StepProgress {
    const all = this.options.epochs * this.#task.batches;
    const { units, seconds, steps } = this.#here;
    return {
      kind: "step",
      epoch: this.#counters.epoch,
      fraction: done / all,
      loss: this.#counters.lossSum / this.#counters.batch,
      unitsPerSecond: units / Math.max(seconds, 1e-9),
      secondsLeft: (seconds / steps) * (all - done),
    };
  }

  #endEpoch(validation: number): Progress {
    const counters = this.#counters;
    const { epoch } = counters;
    const first = epoch === 0;
    if (first && !Number.isFinite(validation)) {
      const hint = "what says when to stop lies far outside of what is learned from: look for outliers in the file";
      throw new InputError(sentence("train", "the validation loss before training", "finite", String(validation), hint));
    }
    const loss = first ? null : counters.lossSum / this.#task.batches;
    const gradient = first ? null : counters.gradient;
    const record = { epoch, loss, validation, lr: this.#optimizer.paramGroups[0]!.lr, gradient, seconds: counters.seconds };
    // The first is a number; one that is none is not less.
    const best = validation < (this.best?.validation ?? Number.POSITIVE_INFINITY);
    counters.history.push(record);
    if (best) {
      counters.bestEpoch = epoch;
      const weights = this.#task.model.stateDict();
      this.#best = Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, value.detach().clone()]));
    }
    if (this.options.schedule === "plateau" && !first) this.#scheduler.step(validation);
    Object.assign(counters, { epoch: epoch + 1, batch: -1, lossSum: 0, gradient: 0 });
    return { kind: "epoch", record, best };
  }

  /** Everything, as a checkpoint. */
  save(): Uint8Array {
    const state: Saved = { task: this.#task.state(), best: this.#best };
    const parts = { model: this.#task.model, optimizer: this.#optimizer, scheduler: this.#scheduler };
    return io.checkpoint.save({ ...parts, state, extra: this.#counters });
  }

  /** Goes on from what `save` gave; the task and the options must be those of then. */
  load(bytes: Uint8Array): void {
    const targets = { model: this.#task.model, optimizer: this.#optimizer, scheduler: this.#scheduler };
    const { state, extra } = io.checkpoint.load<Saved, Counters>(bytes, targets);
    this.#counters = { ...extra, history: [...extra.history] };
    this.#best = state.best;
    this.#task.loadState(state.task);
  }

  /** Puts the best weights into the model. */
  useBest(): void {
    noGrad(() => this.#task.model.loadStateDict(this.bestWeights));
  }
}
