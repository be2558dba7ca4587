import { nn, type Tensor } from "unrolled";
import { makeRecurrent, type Recurrent, type RecurrentSizes, type State } from "../cells.js";

export interface TextModelSizes extends RecurrentSizes {
  /** How many characters there are, the unknown included: `V`. */
  readonly vocabulary: number;
  /** Numbers that stand for a character. */
  readonly embedding: number;
}

/** Reads characters and says, after each of them, how likely every character is to be the next. */
export class TextModel extends nn.Module {
  static override readonly name: string = "TextModel";
  readonly embedding: nn.Embedding;
  readonly rnn: Recurrent;
  readonly dropout: nn.Dropout;
  readonly head: nn.Linear;

  constructor(sizes: TextModelSizes) {
    super();
    this.embedding = new nn.Embedding(sizes.vocabulary, sizes.embedding);
    this.rnn = makeRecurrent(sizes.embedding, sizes);
    this.dropout = new nn.Dropout(sizes.dropout);
    this.head = new nn.Linear(sizes.hidden, sizes.vocabulary);
  }

  /**
   * @param tokens `[T, N]` characters: T of each of N texts
   * @param state what it remembers of the characters before; nothing if left out
   * @returns the logits `[T, N, V]` of the characters that follow, and what it remembers now
   */
  forward(tokens: Tensor, state?: State): [logits: Tensor, state: State] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(this.dropout.forward(output)), next];
  }
}
