import { nn, noGrad, optim, randn } from "unrolled";
import type { Case } from "./cases.js";

/** A call of a case in unrolled; each reads its result. */
export function prepare({ kind, steps, batch, input, hidden }: Case): () => unknown {
  if (kind === "product") {
    const [a, b] = [randn([batch, input]), randn([input, hidden])];
    return () => noGrad(() => a.matmul(b).data);
  }
  const model = new nn.LSTM(input, hidden);
  const x = randn([steps, batch, input]);
  if (kind === "forward") return () => noGrad(() => model.forward(x)[0].data);
  const target = randn([steps, batch, hidden]);
  const criterion = new nn.MSELoss();
  const optimizer = new optim.Adam(model.parameters());
  return () => {
    optimizer.zeroGrad();
    const loss = criterion.forward(model.forward(x)[0], target);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
}
