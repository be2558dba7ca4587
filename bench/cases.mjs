// The sizes that are measured: steps T, batch N, input I, hidden H, layers.

export const CASES = [
  { name: "series", steps: 50, batch: 32, input: 8, hidden: 64, layers: 1 },
  { name: "chars", steps: 64, batch: 32, input: 64, hidden: 128, layers: 1 },
];

/** True floating-point operations of one training step, the input needing no gradient: of the products only. */
export function trainingFlops({ steps, batch, input, hidden, layers }, gates = 4) {
  let flops = 0;
  for (let layer = 0; layer < layers; layer++) {
    const size = layer === 0 ? input : hidden;
    // Forward and the gradient of the weights for both products, the gradient of h, and of x in the layers above the first.
    flops += 2 * steps * batch * gates * hidden * ((layer === 0 ? 2 : 3) * size + 3 * hidden);
  }
  return flops;
}
