import { nn, type Tensor } from "unrolled";

export class Funnel extends nn.Module {
  layers: nn.ModuleList<nn.LSTM>;

  constructor(inputSize: number, hiddenSizes: readonly number[]) {
    super();
    const inputSizes = [inputSize, ...hiddenSizes];
    this.layers = new nn.ModuleList(hiddenSizes.map((size, layer) => new nn.LSTM(inputSizes[layer] as number, size)));
  }

  /** States go in and come out as one `[h, c]` for each layer. */
  forward(input: Tensor, states?: readonly nn.LSTMState[]): [output: Tensor, states: nn.LSTMState[]] {
    let output = input;
    const next: nn.LSTMState[] = [];
    for (const layer of this.layers) {
      const [above, state] = layer.forward(output, states?.[next.length]);
      output = above;
      next.push(state);
    }
    return [output, next];
  }
}
