import { nn, type Tensor } from "unrolled";

export interface TaggerOptions {
  readonly hidden: number;
  readonly bidirectional: boolean;
}

/** Says of every letter whether a word ends with it. */
export class Tagger extends nn.Module {
  embedding: nn.Embedding;
  rnn: nn.LSTM;
  head: nn.Linear;

  constructor({ hidden, bidirectional }: TaggerOptions) {
    super();
    this.embedding = new nn.Embedding(26, 32);
    this.rnn = new nn.LSTM(32, hidden, { bidirectional, batchFirst: true });
    this.head = new nn.Linear(bidirectional ? 2 * hidden : hidden, 1);
  }

  /** @returns logits `[N, T]` of letters `[N, T]` */
  forward(letters: Tensor): Tensor {
    // With both directions, output[n, t] has read everything before t and everything behind it.
    const [output] = this.rnn.forward(this.embedding.forward(letters));
    return this.head.forward(output).squeeze(2);
  }
}
