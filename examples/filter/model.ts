import { nn, type Tensor } from "unrolled";

/** Estimates at every step where the truth is, from what was measured so far. */
export class FilterModel extends nn.Module {
  rnn: nn.GRU;
  head: nn.Linear;

  constructor(hidden: number) {
    super();
    this.rnn = new nn.GRU(1, hidden, { batchFirst: true });
    this.head = new nn.Linear(hidden, 1);
  }

  /** @returns estimates `[N, T, 1]` of measurements `[N, T, 1]` */
  forward(measured: Tensor): Tensor {
    const [output] = this.rnn.forward(measured);
    return this.head.forward(output);
  }

  /** The same filter for measurements that come one by one. */
  live(): (measurement: number) => number {
    const stream = this.rnn.stream();
    const [input, state] = [new Float32Array(1), new Float32Array(this.rnn.hiddenSize)];
    const [weight, bias] = [this.head.weight.data, this.head.bias!.item()];
    return (measurement) => {
      input[0] = measurement;
      stream.step(input, state);
      return dot(weight, state, bias);
    };
  }
}

/** b + w·h in float32, added up in the order in which the core does, so that the bits are the same; relaxed SIMD may round once where this does twice. */
function dot(weight: ArrayLike<number>, state: Float32Array, bias: number): number {
  let sum = bias;
  for (const [unit, value] of state.entries()) sum = Math.fround(sum + Math.fround(weight[unit]! * value));
  return sum;
}
