import { nn, type Tensor } from "unrolled";

export class WeightDrop extends nn.Module {
  rnn = new nn.LSTM(8, 16);
  p = 0.5;

  forward(input: Tensor, state?: nn.LSTMState): [output: Tensor, state: nn.LSTMState] {
    const weight = this.rnn.weight_hh_l0;
    // A recurrent module takes any tensor of the right shape for a parameter; its gradient goes on to the parameter it was made of.
    this.rnn.weight_hh_l0 = nn.functional.dropout(weight, { p: this.p, training: this.training });
    try {
      return this.rnn.forward(input, state);
    } finally {
      this.rnn.weight_hh_l0 = weight;
    }
  }
}
