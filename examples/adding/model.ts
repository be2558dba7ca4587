import { nn, type Tensor } from "unrolled";
import { type Cell, cells, type Recurrent } from "../cells.js";

/** Reads a sequence of numbers and marks, and says one number after the last. */
export class Adder extends nn.Module {
  readonly rnn: Recurrent;
  readonly head: nn.Linear;

  /** @param forgetBias of an LSTM: e^bias steps is about how long its cells remember at first */
  constructor(cell: Cell, hidden: number, forgetBias: number) {
    super();
    this.rnn = new cells[cell](2, hidden);
    this.head = new nn.Linear(hidden, 1);
    if (this.rnn instanceof nn.LSTM) nn.init.forgetBias_(this.rnn, forgetBias);
  }

  /** @param input `[T, N, 2]` @returns `[N, 1]` */
  forward(input: Tensor): Tensor {
    const [output] = this.rnn.forward(input);
    return this.head.forward(output.select(0, -1));
  }
}
