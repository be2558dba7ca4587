import { noGrad, randperm, type Tensor } from "unrolled";
import type { Task } from "../training/task.js";
import { type Forecaster, pinballLoss } from "./forecaster.js";
import type { Windows } from "./windows.js";

/** Windows in one call of validation. */
const CHUNK = 256;

/** Learning to forecast: windows of the training part in random order. */
export class ForecastTask implements Task {
  static readonly name: string = "ForecastTask";
  readonly model: Forecaster;
  readonly unit = "windows";
  readonly batches: number;
  readonly #windows: Windows;
  readonly #parts: { readonly training: Int32Array; readonly validation: Int32Array };
  readonly #quantiles: readonly number[];
  readonly #batch: number;
  #order: Int32Array = new Int32Array();

  constructor(
    model: Forecaster,
    windows: Windows,
    parts: { training: Int32Array; validation: Int32Array },
    quantiles: readonly number[],
    batch: number,
  ) {
    this.model = model;
    this.#windows = windows;
    this.#parts = parts;
    this.#quantiles = quantiles;
    this.#batch = batch;
    this.batches = Math.ceil(parts.training.length / batch);
  }

  beginEpoch(): void {
    this.#order = randperm(this.#parts.training.length).data as Int32Array;
  }

  #origins(batch: number): Int32Array {
    const order = this.#order.subarray(batch * this.#batch, (batch + 1) * this.#batch);
    return order.map((index) => this.#parts.training[index]!);
  }

  loss(batch: number): Tensor {
    const origins = this.#origins(batch);
    return pinballLoss(this.model.forward(this.#windows.batch(origins)), this.#windows.targets(origins), this.#quantiles);
  }

  units(batch: number): number {
    return Math.min(this.#batch, this.#order.length - batch * this.#batch);
  }

  *validate(): Generator<void, number, void> {
    const { validation } = this.#parts;
    let sum = 0;
    this.model.eval();
    for (let start = 0; start < validation.length; start += CHUNK) {
      const origins = validation.subarray(start, start + CHUNK);
      const loss = noGrad(() =>
        pinballLoss(this.model.forward(this.#windows.batch(origins)), this.#windows.targets(origins), this.#quantiles),
      );
      sum += loss.item() * origins.length;
      yield;
    }
    return sum / validation.length;
  }

  state(): unknown {
    return { order: this.#order };
  }

  loadState(state: unknown): void {
    this.#order = (state as { order: Int32Array }).order;
  }
}
