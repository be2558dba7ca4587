import { eye, nn, noGrad } from "unrolled";
import type { Recurrent } from "../cells.js";

/** Networks as they are before any training: how far gradients go back is decided by how they are made. */
export const nets: Readonly<Record<string, (inputs: number, hidden: number) => Recurrent>> = {
  "tanh RNN": (inputs, hidden) => new nn.RNN(inputs, hidden),
  "tanh RNN, W_hh × 3": (inputs, hidden) => scaled(new nn.RNN(inputs, hidden), 3),
  "ReLU RNN, W_hh = 1.1 · identity": (inputs, hidden) => identity(new nn.RNN(inputs, hidden, { nonlinearity: "relu" }), 1.1),
  GRU: (inputs, hidden) => new nn.GRU(inputs, hidden),
  LSTM: (inputs, hidden) => new nn.LSTM(inputs, hidden),
  "LSTM, forget bias 5": (inputs, hidden) => nn.init.forgetBias_(new nn.LSTM(inputs, hidden), 5),
};

function scaled(rnn: nn.RNN, factor: number): nn.RNN {
  noGrad(() => rnn.weight_hh_l0.mul_(factor));
  return rnn;
}

function identity(rnn: nn.RNN, factor: number): nn.RNN {
  noGrad(() => rnn.weight_hh_l0.copy_(eye(rnn.hiddenSize).mul(factor)));
  return rnn;
}
