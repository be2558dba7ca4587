import { backend, nn, optim, randn } from "unrolled";

export const name = "unrolled";

export const describe = () => `unrolled ${backend().version}, ${backend().simd}`;

/** A training step: forward, mean squared error against a random target, backward, Adam. */
export function trainingStep({ steps, batch, input, hidden, layers }) {
  const lstm = new nn.LSTM(input, hidden, { numLayers: layers });
  const criterion = new nn.MSELoss();
  const optimizer = new optim.Adam(lstm.parameters());
  const x = randn([steps, batch, input]);
  const target = randn([steps, batch, hidden]);
  return () => {
    optimizer.zeroGrad();
    const [output] = lstm.forward(x);
    const loss = criterion.forward(output, target);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
}
