import { nn, noGrad, optim, randperm, type Tensor, tensor } from "unrolled";
import { type Cell, cells, type Recurrent } from "../cells.js";
import type { Forecast, Window } from "./rolling.js";
import { angle, type Series } from "./series.js";

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
   * @param input `[past + horizon, N, 4]`, see {@link example}
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
  /** Whether values are seen relative to the last one that is known, as they must be if they grow beyond all that was ever learned. */
  readonly relative: boolean;
}

/** Value, whether it is known, and the time of the year as sine and cosine. */
const INPUTS = 4;

/** Makes numbers around 0 of values, by what is known before a window. */
class Scaling {
  readonly #mean: number;
  readonly #deviation: number;
  readonly #relative: boolean;

  constructor(known: readonly number[], { past, relative }: Training) {
    const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
    const values = relative ? known.slice(past).map((value, index) => value - (known[index + past - 1] as number)) : known;
    this.#relative = relative;
    this.#mean = relative ? 0 : mean(values);
    this.#deviation = Math.sqrt(mean(values.map((value) => (value - this.#mean) ** 2)));
  }

  /** Of what a forecast at `origin` sees and says. */
  at({ values }: Series, origin: number): { scale(value: number): number; unscale(value: number): number } {
    const centre = this.#relative ? (values[origin - 1] as number) : this.#mean;
    return { scale: (value) => (value - centre) / this.#deviation, unscale: (value) => value * this.#deviation + centre };
  }
}

/** Input `[past + horizon, N, 4]` and target `[horizon, N]` of forecasts at `origins`. The target is only asked for where it is known. */
function inputs(series: Series, origins: readonly number[], past: number, scaling: Scaling): Tensor {
  const { values, dates, horizon } = series;
  const length = past + horizon;
  const data = new Float32Array(length * origins.length * INPUTS);
  for (const [column, origin] of origins.entries()) {
    const { scale } = scaling.at(series, origin);
    for (let step = 0; step < length; step++) {
      const index = origin - past + step;
      const known = step < past;
      const phase = angle(dates[index] as Date);
      data.set(
        [known ? scale(values[index] as number) : 0, known ? 1 : 0, Math.sin(phase), Math.cos(phase)],
        (step * origins.length + column) * INPUTS,
      );
    }
  }
  return tensor(data, { shape: [length, origins.length, INPUTS] });
}

function targets(series: Series, origins: readonly number[], scaling: Scaling): Tensor {
  const { values, horizon } = series;
  const data = Array.from({ length: horizon }, (_, step) =>
    origins.map((origin) => scaling.at(series, origin).scale(values[origin + step] as number)),
  );
  return tensor(data);
}

/** Learns from the values before a window, and from nothing else: scaling, samples and targets end where it begins. */
export function learn(series: Series, window: Window, training: Training): Forecast {
  const { past, epochs, batch, learningRate, weightDecay } = training;
  const known = series.values.slice(0, window.start);
  const scaling = new Scaling(known, training);
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
