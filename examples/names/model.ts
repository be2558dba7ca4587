import { cat, nn, type Tensor } from "unrolled";
import { encode, LETTERS } from "./data.js";

const { packSequence } = nn.utils.rnn;

/** Reads names letter by letter, from both ends, and says how female each is. */
export class NameModel extends nn.Module {
  embedding: nn.Embedding;
  rnn: nn.LSTM;
  dropout = new nn.Dropout(0.5);
  head: nn.Linear;

  constructor(hidden: number) {
    super();
    this.embedding = new nn.Embedding(LETTERS.length, 24);
    this.rnn = new nn.LSTM(24, hidden, { bidirectional: true });
    this.head = new nn.Linear(2 * hidden, 1);
  }

  /**
   * @param names of any lengths
   * @returns logits `[N]`: above 0 is female
   */
  forward(names: readonly string[]): Tensor {
    // Packed, a batch has no padding: the step that reads the 9th letter computes only the names that have one.
    const letters = packSequence(names.map(encode), { enforceSorted: false });
    // hn has each name's own last state, in the order that the names came in: [2, N, H].
    const [, [hn]] = this.rnn.forward(this.dropout.forward(this.embedding.forward(letters)));
    return this.head.forward(this.dropout.forward(cat(hn.unbind(), { dim: 1 }))).squeeze(1);
  }
}
