import { nn, noGrad, optim, randperm, type Tensor } from "unrolled";
import { type Cell, cells, type Recurrent } from "../cells.js";
import type { Forecast, Window } from "./rolling.js";
import { INPUTS, inputs, Scaling, targets } from "./samples.js";
import type { Series } from "./series.js";

/** A network that reads values, and after the last of them goes on for the steps that it is to foretell, with the calendar alone. */
class Forecaster extends nn.Module {
  readonly rnn: Recurrent;
  readonly head: nn.Linear;

  constructor(cell: Cell, hidden: number) {
    super();
    this.rnn = new cells[cell](INPUTS, hidden);
    this.head = new nn.Linear(hidden, 1);
  }

  /**
   * @param input `[past + horizon, N, 4]`, see {@link inputs}
   * @returns `[horizon, N]`
   */
  forward(input: Tensor, horizon: number): Tensor {
    const [output] = this.rnn.forward(input);
    return this.head.forward(output.narrow(0, output.shape[0]! - horizon, horizon)).squeeze(-1);
  }
}

export interface Training {
  readonly cell: Cell;
  readonly hidden: number;
  /** How many values it reads before it forecasts. */
  readonly past: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** See {@link Scaling}. */
  readonly relative: boolean;
}

/** Learns from the values before a window, and from nothing else: scaling, samples and targets end where it begins. */
export function learn(series: Series, window: Window, training: Training): Forecast {
  const { past, epochs, batch, learningRate, weightDecay } = training;
  const scaling = new Scaling(series.values.slice(0, window.start), training.relative);
  const model = new Forecaster(training.cell, training.hidden);
  const optimizer = new optim.AdamW(model.parameters(), { lr: learningRate, weightDecay });
  const origins = Array.from({ length: window.start - series.horizon - past + 1 }, (_, index) => past + index);
  const [input, target] = [inputs(series, origins, past, scaling), targets(series, origins, scaling)];
  const batches = Math.ceil(origins.length / batch);
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, learningRate, { totalSteps: epochs * batches, pctStart: 0.1 });
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const chosen of randperm(origins.length).split(batch)) {
      optimizer.zeroGrad();
      nn.functional.l1Loss(model.forward(input.indexSelect(1, chosen), series.horizon), target.indexSelect(1, chosen)).backward();
      nn.utils.clipGradNorm_(model.parameters(), 1);
      optimizer.step();
      scheduler.step();
    }
  }
  model.eval();
  return (seen, origin) => {
    const { unscale } = scaling.at(seen, origin);
    return Array.from(noGrad(() => model.forward(inputs(seen, [origin], past, scaling), seen.horizon)).data, unscale);
  };
}
