import { cat, nn, noGrad, rand, type Tensor, zeros } from "unrolled";
import { type Cell, cells, type Recurrent } from "../cells.js";

/** Reads a sequence of numbers and marks, and says one number after the last. */
export class Adder extends nn.Module {
  readonly rnn: Recurrent;
  readonly head: nn.Linear;

  /** @param length of the sequences, by which an LSTM is prepared */
  constructor(cell: Cell, hidden: number, length: number) {
    super();
    this.rnn = new cells[cell](2, hidden);
    this.head = new nn.Linear(hidden, 1);
    if (this.rnn instanceof nn.LSTM) chrono_(this.rnn, length);
  }

  /** @param input `[T, N, 2]` @returns `[N, 1]` */
  forward(input: Tensor): Tensor {
    const [output] = this.rnn.forward(input);
    return this.head.forward(output.select(0, -1));
  }
}

/**
 * Sets the biases of an LSTM so that its cells remember over 1 to `length` steps at first, some longer, some shorter (chrono initialization, Tallec and
 * Ollivier 2018): a cell whose forget gate is σ(b) loses all but 1/e of what it knows in about eᵇ steps, and takes in as little at a time.
 *
 *     b_f = log u      b_i = −b_f      u ~ U(1, length − 1)
 */
export function chrono_(lstm: nn.LSTM, length: number): void {
  const hidden = lstm.hiddenSize;
  noGrad(() => {
    const forget = rand([hidden])
      .mul(length - 2)
      .add(1)
      .log();
    // The gates stand in the order i f g o; the two biases are added, so one of them is enough.
    lstm.bias_ih_l0?.copy_(cat([forget.neg(), forget, zeros([2 * hidden])]));
    lstm.bias_hh_l0?.zero_();
  });
}
