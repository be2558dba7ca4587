import { nn, type Tensor } from "unrolled";

/** The kinds of recurrent network that the model can be made of. */
export const cells = { lstm: nn.LSTM, gru: nn.GRU, rnn: nn.RNN } as const;

export type Cell = keyof typeof cells;

/** What a network remembers between two spans: an LSTM `[h, c]`, the others `h`. */
export type State = nn.LSTMState | Tensor;

/** What LSTM, GRU and RNN have in common, if the state is only handed on. */
interface Recurrent extends nn.Module {
  forward(input: Tensor, state?: State): [output: Tensor, state: State];
}

export interface ModelSizes {
  readonly cell: Cell;
  /** How many characters there are, the unknown included: `V`. */
  readonly vocabulary: number;
  /** Numbers that stand for a character. */
  readonly embedding: number;
  readonly hidden: number;
  readonly layers: number;
}

/** Reads characters and says, after each of them, how likely every character is to be the next. */
export class CharModel extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly rnn: Recurrent;
  readonly head: nn.Linear;

  constructor({ cell, vocabulary, embedding, hidden, layers }: ModelSizes) {
    super();
    this.embedding = new nn.Embedding(vocabulary, embedding);
    this.rnn = new cells[cell](embedding, hidden, { numLayers: layers });
    this.head = new nn.Linear(hidden, vocabulary);
  }

  /**
   * @param tokens `[T, N]` characters: T of each of N texts
   * @param state what it remembers of the characters before; nothing if left out
   * @returns the logits `[T, N, V]` of the characters that follow, and what it remembers now
   */
  forward(tokens: Tensor, state?: State): [logits: Tensor, state: State] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(output), next];
  }
}
