import { nn, type optim, type Tensor } from "unrolled";

type Model = nn.Module & { forward(input: Tensor): Tensor };

/** One step of the optimizer from the mean loss of several batches of one size. */
export function accumulate(
  model: Model,
  optimizer: optim.Optimizer,
  batches: readonly (readonly [input: Tensor, target: Tensor])[],
): number {
  const criterion = new nn.MSELoss();
  let total = 0;
  optimizer.zeroGrad();
  for (const [input, target] of batches) {
    const loss = criterion.forward(model.forward(input), target).div(batches.length);
    loss.backward(); // adds to the gradients, and frees this batch's graph
    total += loss.item();
  }
  nn.utils.clipGradNorm_(model.parameters(), 1);
  optimizer.step();
  return total;
}
