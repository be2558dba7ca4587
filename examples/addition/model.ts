import { cat, full, nn, noGrad, type Tensor } from "unrolled";
import { type Pair, question, read, START, SYMBOLS } from "./data.js";

const { packSequence } = nn.utils.rnn;

/** An encoder reads the question, and its last state is all that the decoder knows when it begins to write. */
export class Adder extends nn.Module {
  embedding: nn.Embedding;
  encoder: nn.GRU;
  decoder: nn.GRU;
  head: nn.Linear;

  constructor(hidden: number) {
    super();
    this.embedding = new nn.Embedding(SYMBOLS, 16);
    this.encoder = new nn.GRU(16, hidden);
    this.decoder = new nn.GRU(16, hidden);
    this.head = new nn.Linear(hidden, SYMBOLS);
  }

  /**
   * @param questions `[T_n]` each, of any lengths
   * @returns what is known of them, `[1, N, H]`
   */
  encode(questions: readonly Tensor[]): Tensor {
    const [, hn] = this.encoder.forward(this.embedding.forward(packSequence(questions, { enforceSorted: false })));
    return hn;
  }

  /**
   * @param symbols `[T, N]` what was written last before each step
   * @returns logits of what comes next, `[T, N, SYMBOLS]`, and the state to go on from
   */
  decode(symbols: Tensor, state: Tensor): [logits: Tensor, state: Tensor] {
    const [output, next] = this.decoder.forward(this.embedding.forward(symbols), state);
    return [this.head.forward(output), next];
  }

  /** Adds: writes symbol after symbol, reading what it has just written. */
  add(pairs: readonly Pair[], longest = 5): number[] {
    return noGrad(() => {
      const written: Tensor[] = [];
      let [symbol, state] = [start(pairs.length), this.encode(pairs.map(question))];
      for (let step = 0; step < longest; step++) {
        const [logits, next] = this.decode(symbol, state);
        [symbol, state] = [logits.argmax(2), next];
        written.push(symbol);
      }
      const rows = cat(written).transpose(0, 1); // [N, T]
      return rows.unbind().map((row) => read(row.data));
    });
  }
}

/** The symbol that every answer begins with, `[1, N]`. */
export function start(batch: number): Tensor {
  return full([1, batch], START, { dtype: "int32" });
}
