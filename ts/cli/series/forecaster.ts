import { cat, nn, noGrad, type Tensor } from "unrolled";
import { makeRecurrent, type Recurrent, type RecurrentSizes } from "../cells.js";
import type { Batch, InputSizes } from "./windows.js";

export interface ForecasterSizes extends RecurrentSizes {
  readonly inputs: InputSizes;
  readonly horizon: number;
  /** The shares of values that are to lie below each forecast, rising; 0.5 among them. */
  readonly quantiles: readonly number[];
}

/** log(1 + eˣ), which is above 0. */
function softplus(x: Tensor): Tensor {
  return x.relu().add(x.abs().neg().exp().add(1).log());
}

/**
 * Forecasts all rows ahead at once:
 *
 *     median = W·h_T + A·direct        quantile above = the one below it + softplus(…)
 *
 * where h_T is what a recurrent network remembers of the window and A a linear model of its values (as in LSTNet, Lai et al. 2018). W and A start
 * from zero, so that it starts from the base forecast. Quantiles are sums of what is above zero: they cannot cross.
 */
export class Forecaster extends nn.Module {
  static override readonly name: string = "Forecaster";
  readonly rnn: Recurrent;
  readonly dropout: nn.Dropout;
  readonly head: nn.Linear;
  readonly linear: nn.Linear;
  readonly #sizes: ForecasterSizes;

  constructor(sizes: ForecasterSizes) {
    super();
    this.#sizes = sizes;
    const { inputs, hidden, horizon, quantiles } = sizes;
    this.rnn = makeRecurrent(inputs.perRow, sizes);
    this.dropout = new nn.Dropout(sizes.dropout);
    this.head = new nn.Linear(hidden, horizon * quantiles.length);
    this.linear = new nn.Linear(inputs.direct, horizon, { bias: false });
    noGrad(() => {
      this.head.weight.zero_();
      this.head.bias?.zero_();
      this.linear.weight.zero_();
    });
  }

  /** @returns `[N, horizon, Q]` in the units of the framing */
  forward({ window, direct }: Batch): Tensor {
    const { horizon, quantiles } = this.#sizes;
    const [output] = this.rnn.forward(window);
    const raw = this.head.forward(this.dropout.forward(output.select(0, -1))).reshape([-1, horizon, quantiles.length]);
    const middle = quantiles.indexOf(0.5);
    const median = raw.narrow(2, middle, 1).add(this.linear.forward(direct).unsqueeze(2));
    const parts = [median];
    for (let above = middle + 1; above < quantiles.length; above++) parts.push(parts.at(-1)!.add(softplus(raw.narrow(2, above, 1))));
    for (let below = middle - 1; below >= 0; below--) parts.unshift(parts[0]!.sub(softplus(raw.narrow(2, below, 1))));
    return parts.length === 1 ? median : cat(parts, { dim: 2 });
  }
}

/**
 * The mean of the quantiles' losses, q·e above and (1 − q)·(−e) below the forecast, doubled: for the median alone it is the mean absolute error.
 *
 * @param forecast `[N, horizon, Q]`
 * @param target `[N, horizon]`
 */
export function pinballLoss(forecast: Tensor, target: Tensor, quantiles: readonly number[]): Tensor {
  const losses = quantiles.map((q, index) => {
    const error = target.sub(forecast.select(2, index));
    return error
      .relu()
      .mul(q)
      .add(
        error
          .neg()
          .relu()
          .mul(1 - q),
      )
      .mean();
  });
  return losses.reduce((sum, each) => sum.add(each)).mul(2 / quantiles.length);
}
