import { eye, nn, noGrad, type Tensor } from "unrolled";

/**
 * A ReLU network whose recurrent weights start as the identity (Le, Jaitly and Hinton 2015): it remembers all, and every gradient reaches the first
 * step undiminished. So a little more than the identity, to the 100th power, explodes.
 */
export class Walker extends nn.Module {
  readonly rnn: nn.RNN;
  readonly head: nn.Linear;

  constructor(hidden: number) {
    super();
    this.rnn = new nn.RNN(1, hidden, { nonlinearity: "relu" });
    this.head = new nn.Linear(hidden, 1);
    noGrad(() => this.rnn.weight_hh_l0.copy_(eye(hidden)));
    nn.init.zeros_(this.rnn.bias_ih_l0 as nn.Parameter);
    nn.init.zeros_(this.rnn.bias_hh_l0 as nn.Parameter);
  }

  /** @param input `[T, N, 1]` @returns `[T, N, 1]` */
  forward(input: Tensor): Tensor {
    const [output] = this.rnn.forward(input);
    return this.head.forward(output);
  }
}
