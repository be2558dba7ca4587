import { nn, type Tensor } from "unrolled";

/** Reads a wave sample by sample, and says of which form it is. */
export class WaveModel extends nn.Module {
  rnn: nn.GRU;
  head: nn.Sequential;

  constructor(hidden: number, classes: number) {
    super();
    this.rnn = new nn.GRU(1, hidden, { numLayers: 2, dropout: 0.1, batchFirst: true });
    this.head = new nn.Sequential(new nn.Dropout(0.2), new nn.Linear(hidden, classes));
  }

  /** @returns logits `[N, classes]` of waves `[N, T, 1]` */
  forward(waves: Tensor): Tensor {
    const [output] = this.rnn.forward(waves);
    return this.head.forward(output.mean(1));
  }
}
