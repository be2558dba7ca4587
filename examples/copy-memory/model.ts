import { nn, type Tensor } from "unrolled";
import { type Cell, cells, type Recurrent } from "../cells.js";
import { READ, WRITTEN } from "./task.js";

/** Reads a symbol and writes one, at every step. */
export class Copier extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly rnn: Recurrent;
  readonly head: nn.Linear;

  /** @param forgetBias of an LSTM, whose cells then remember about e^forgetBias steps at first */
  constructor(cell: Cell, hidden: number, forgetBias: number) {
    super();
    this.embedding = new nn.Embedding(READ, 16);
    this.rnn = new cells[cell](16, hidden);
    this.head = new nn.Linear(hidden, WRITTEN);
    if (this.rnn instanceof nn.LSTM) nn.init.forgetBias_(this.rnn, forgetBias);
  }

  /** @param symbols `[T, N]` @returns the logits `[T, N, 9]` of what is written */
  forward(symbols: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(symbols));
    return this.head.forward(output);
  }
}
