import { nn, type Tensor, tensor } from "unrolled";
import type { State } from "../cells.js";
import type { Task } from "../training/task.js";
import { meanCost, sideBySide } from "./evaluate.js";
import type { TextModel } from "./model.js";

export interface TextParts {
  readonly training: Int32Array;
  /** What follows it, after its last character. */
  readonly validation: Int32Array;
}

/** Parts of the validation text that are read side by side, at most. */
const COLUMNS = 32;

/** Learning to say the next character: truncated backpropagation through time over a text in `batch` columns. Gradients stop where a span begins, the state goes on. */
export class TextTask implements Task {
  static readonly name: string = "TextTask";
  readonly model: TextModel;
  readonly unit: string;
  readonly batches: number;
  readonly #columns: readonly [Tensor, Tensor];
  readonly #validation: Int32Array;
  readonly #span: number;
  readonly #criterion: nn.CrossEntropyLoss = new nn.CrossEntropyLoss();
  #state: State | undefined;

  constructor(model: TextModel, { training, validation }: TextParts, options: { unit: string; span: number; batch: number }) {
    this.model = model;
    this.unit = options.unit;
    this.#columns = sideBySide(training, options.batch);
    this.#validation = validation;
    this.#span = options.span;
    this.batches = Math.ceil(this.#columns[0].shape[0]! / options.span);
  }

  beginEpoch(): void {
    this.#state = undefined;
  }

  #part(of: Tensor, batch: number): Tensor {
    const start = batch * this.#span;
    return of.narrow(0, start, Math.min(this.#span, of.shape[0]! - start));
  }

  loss(batch: number): Tensor {
    const [logits, next] = this.model.forward(this.#part(this.#columns[0], batch), this.#state);
    this.#state = nn.utils.rnn.detachState(next);
    return this.#criterion.forward(logits.flatten({ endDim: 1 }), this.#part(this.#columns[1], batch).flatten());
  }

  units(batch: number): number {
    return this.#part(this.#columns[0], batch).numel();
  }

  validate(): Generator<void, number, void> {
    const columns = Math.max(1, Math.min(COLUMNS, Math.floor(this.#validation.length / 200)));
    return meanCost(this.model, this.#validation, columns);
  }

  state(): unknown {
    if (this.#state === undefined) return null;
    return Array.isArray(this.#state) ? { h: this.#state[0], c: this.#state[1] } : { h: this.#state };
  }

  loadState(state: unknown): void {
    const saved = state as { h: Tensor; c?: Tensor } | null;
    const copy = (of: Tensor) => tensor(of.data as Float32Array, { shape: of.shape });
    if (saved === null) this.#state = undefined;
    else this.#state = saved.c === undefined ? copy(saved.h) : [copy(saved.h), copy(saved.c)];
  }
}
