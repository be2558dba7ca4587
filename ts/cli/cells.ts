import { nn, type Tensor } from "unrolled";

/** The kinds of recurrent network that a model can be made of. */
export const CELLS = { lstm: nn.LSTM, gru: nn.GRU, rnn: nn.RNN } as const;

export type Cell = keyof typeof CELLS;

/** What a network remembers: an LSTM `[h, c]`, the others `h`. */
export type State = nn.LSTMState | Tensor;

/** What LSTM, GRU and RNN have in common, if the state is only handed on. */
export interface Recurrent extends nn.Module {
  forward(input: Tensor, state?: State): [output: Tensor, state: State];
}

/** Sizes of the recurrent part of a model. */
export interface RecurrentSizes {
  readonly cell: Cell;
  readonly hidden: number;
  readonly layers: number;
  readonly dropout: number;
}

/** Dropout of torch's modules is between layers only; that after the last is the model's own. */
export function makeRecurrent(inputs: number, { cell, hidden, layers, dropout }: RecurrentSizes): Recurrent {
  return new CELLS[cell](inputs, hidden, { numLayers: layers, dropout: layers > 1 ? dropout : 0 });
}
