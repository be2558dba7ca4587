import { nn, type Tensor } from "unrolled";

/** The kinds of recurrent network. */
export const cells = { rnn: nn.RNN, gru: nn.GRU, lstm: nn.LSTM } as const;

export type Cell = keyof typeof cells;

/** What they have in common, where nobody asks for the state. */
export interface Recurrent extends nn.Module {
  /** @param input `[T, N, I]` @returns the output `[T, N, H]`, and the state */
  forward(input: Tensor): [output: Tensor, state: unknown];
}
