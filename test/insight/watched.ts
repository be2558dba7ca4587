import { nn, optim, type Tensor } from "unrolled";
import { type Alert, watch } from "unrolled/insight";
import { expect } from "vitest";
import { put } from "../anomaly/anomalies.js";

/** A recurrent module, and a linear one on its output. */
export class Tagger extends nn.Module {
  rnn: nn.LSTM | nn.GRU | nn.RNN;
  head: nn.Linear;
  constructor(rnn: nn.LSTM | nn.GRU | nn.RNN) {
    super();
    this.rnn = rnn;
    this.head = new nn.Linear(rnn.hiddenSize * (rnn.bidirectional ? 2 : 1), 3);
  }
  forward(x: Tensor): Tensor {
    return this.head.forward((this.rnn as nn.GRU).forward(x)[0]);
  }
}

/** What a watch of a training without steps alerts of. */
export function alertsOf(model: nn.Module, loss: (step: number) => Tensor, steps = 1): Alert[] {
  const alerts: Alert[] = [];
  const optimizer = new optim.SGD(model.parameters(), { lr: 0 });
  const watcher = watch(model, optimizer, { every: 1, onAlert: (alert) => alerts.push(alert) });
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    loss(step).backward();
    optimizer.step();
  }
  watcher.stop();
  expect(watcher.alerts).toEqual(alerts);
  return alerts;
}

/** The module, with weights of the states so many times as large. */
export function scaled(rnn: nn.RNN, factor: number): nn.RNN {
  put(
    rnn.weight_hh_l0,
    [...rnn.weight_hh_l0.data].map((value, at) => [at, value * factor]),
  );
  return rnn;
}
