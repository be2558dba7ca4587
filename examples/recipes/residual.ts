import { nn, type Tensor } from "unrolled";

export class ResidualLayer extends nn.Module {
  norm: nn.LayerNorm;
  rnn: nn.GRU;
  dropout = new nn.Dropout(0.1);

  constructor(size: number) {
    super();
    this.norm = new nn.LayerNorm(size);
    this.rnn = new nn.GRU(size, size);
  }

  forward(input: Tensor): Tensor {
    const [output] = this.rnn.forward(this.norm.forward(input));
    return input.add(this.dropout.forward(output));
  }
}

export const deep = (size: number, layers: number): nn.Sequential =>
  new nn.Sequential(...Array.from({ length: layers }, () => new ResidualLayer(size)));
