import { nn, type Tensor, zeros } from "unrolled";

export class Tagger extends nn.Module {
  rnn = new nn.LSTM(8, 16, { batchFirst: true });
  h0 = new nn.Parameter(zeros([1, 1, 16]));
  c0 = new nn.Parameter(zeros([1, 1, 16]));
  head = new nn.Linear(16, 3);

  forward(input: Tensor): Tensor {
    const batch = input.shape[0] as number;
    const [output] = this.rnn.forward(input, [this.h0.expand([1, batch, 16]), this.c0.expand([1, batch, 16])]);
    return this.head.forward(output);
  }
}
