import { nn, noGrad, type Tensor, tensor } from "unrolled";

export const VOCABULARY = " \n.,abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ“”'()é🙂\t<&";

const TEXT = "He said: “go on”, and went. “No (never)”, said she.\nThen “A b c”\nAll of it (once more) was “Said”. The end.\n";
export const text = TEXT.replaceAll(":", ",");

/** A model of characters whose unit 3 of layer 0 is 1 inside quotes and 0 outside, by its weights; the others are as they were drawn. */
export class Quotes extends nn.Module {
  embedding = new nn.Embedding([...VOCABULARY].length, [...VOCABULARY].length);
  rnn: nn.LSTM;
  head: nn.Linear;

  constructor(options: { batchFirst?: boolean } = {}) {
    super();
    const count = [...VOCABULARY].length;
    this.rnn = new nn.LSTM(count, 5, { numLayers: 2, ...options });
    this.head = new nn.Linear(5, count);
    noGrad(() => {
      this.embedding.weight.copy_(
        tensor(
          Array.from({ length: count * count }, (_, at) => Number(at % (count + 1) === 0)),
          { shape: [count, count] },
        ),
      );
      setRows(this.rnn.weight_ih_l0, (gate, unit, column) =>
        unit === 3 ? (QUOTE[gate]?.[[...VOCABULARY][column] ?? ""] ?? 0) : undefined,
      );
      setRows(this.rnn.weight_hh_l0, (_, unit) => (unit === 3 ? 0 : undefined));
      setRows(this.rnn.bias_ih_l0!, (gate, unit) => (unit === 3 ? [-20, 20, 0, 20][gate] : undefined));
      setRows(this.rnn.bias_hh_l0!, (_, unit) => (unit === 3 ? 0 : undefined));
    });
  }

  forward(tokens: Tensor, state?: nn.LSTMState): [Tensor, nn.LSTMState] {
    const [output, next] = this.rnn.forward(this.embedding.forward(tokens), state);
    return [this.head.forward(output), next];
  }
}

/** By gate, i f g o: “ writes 1, ” forgets. */
const QUOTE: readonly Record<string, number>[] = [{ "“": 40 }, { "“": -40, "”": -40 }, { "“": 20 }, {}];

function setRows(parameter: Tensor, value: (gate: number, unit: number, column: number) => number | undefined): void {
  const columns = parameter.shape[1] ?? 1;
  const values = parameter.data.map((old, at) => value(Math.floor(at / columns / 5), Math.floor(at / columns) % 5, at % columns) ?? old);
  parameter.copy_(tensor(values, { shape: [...parameter.shape] }));
}

/** A model that gives no state. */
export class Stateless extends nn.Module {
  embedding = new nn.Embedding(256, 4);
  rnn = new nn.GRU(4, 3, { bidirectional: true });

  forward(tokens: Tensor): Tensor {
    return this.rnn.forward(this.embedding.forward(tokens))[0];
  }
}
