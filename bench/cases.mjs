// What is measured: sizes (steps T, batch N, input I, hidden H, layers), and how many floating-point operations they need.

export const CASES = [
  { name: "tiny", steps: 1, batch: 4, input: 1, hidden: 2, layers: 1 },
  { name: "series", steps: 50, batch: 32, input: 8, hidden: 64, layers: 1 },
  { name: "chars", steps: 64, batch: 32, input: 64, hidden: 128, layers: 1 },
  { name: "chars2", steps: 128, batch: 32, input: 128, hidden: 256, layers: 2 },
  { name: "long", steps: 128, batch: 1, input: 128, hidden: 256, layers: 1 },
  { name: "big", steps: 100, batch: 64, input: 512, hidden: 512, layers: 1 },
  { name: "stream", steps: 1, batch: 1, input: 64, hidden: 128, layers: 1 },
  { name: "device", steps: 150, batch: 1, input: 256, hidden: 256, layers: 1 },
];

/** Blocks of rows in the weights of a cell. */
export const GATES = { LSTM: 4, GRU: 3, RNN: 1 };

export const CELLS = Object.keys(GATES);

/** `forward` without gradients; `train`: forward, mean squared error against a random target, backward, Adam. */
export const MODES = ["train", "forward"];

/**
 * The true floating-point operations of the products, and of nothing else: forward is `2TN·G·H·(I + H)` a layer. A training step also has the
 * gradients of both weights, of `h`, and in the layers above the first of the input: `2TN·G·H·(2I + 3H)` in the first layer, `(3I + 3H)` above.
 */
export function flops({ steps, batch, input, hidden, layers }, cell, mode) {
  const perUnit = (layer) => {
    const size = layer === 0 ? input : hidden;
    if (mode === "forward") return size + hidden;
    return (layer === 0 ? 2 : 3) * size + 3 * hidden;
  };
  const units = Array.from({ length: layers }, (_, layer) => perUnit(layer)).reduce((sum, each) => sum + each, 0);
  return 2 * steps * batch * GATES[cell] * hidden * units;
}

/** `T 50, N 32, I 8, H 64`, and the layers if there are several. */
export function describeSizes({ steps, batch, input, hidden, layers }) {
  return `T ${steps}, N ${batch}, I ${input}, H ${hidden}${layers > 1 ? `, ${layers} layers` : ""}`;
}
