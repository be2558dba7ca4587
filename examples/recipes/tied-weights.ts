import { nn, type Tensor } from "unrolled";

export class TiedModel extends nn.Module {
  embedding: nn.Embedding;
  rnn: nn.LSTM;
  head: nn.Linear;

  constructor(vocabulary: number, size: number) {
    super();
    this.embedding = new nn.Embedding(vocabulary, size);
    this.rnn = new nn.LSTM(size, size);
    this.head = new nn.Linear(size, vocabulary);
    nn.init.normal_(this.embedding.weight, { std: 0.1 });
    this.head.weight = this.embedding.weight;
  }

  forward(tokens: Tensor): Tensor {
    const [output] = this.rnn.forward(this.embedding.forward(tokens));
    return this.head.forward(output);
  }
}
