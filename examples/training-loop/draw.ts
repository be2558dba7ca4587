import * as Plot from "@observablehq/plot";
import { axis, BLUE, MUTED, ORANGE, picture, RED } from "../picture.js";
import type { Epoch, Score } from "./loop.js";

/** Draws both losses over the epochs, the best one marked. */
export function draw(epochs: readonly Epoch[], best: number, test: Score): string {
  const kept = epochs.filter(({ epoch }) => epoch === best);
  const last = epochs.slice(-1);
  const halved = epochs.filter(({ learningRate }, index) => index > 0 && learningRate < epochs[index - 1]!.learningRate);
  const losses = epochs.flatMap(({ training, validation }) => [training.loss, validation.loss]);
  const [low, high] = [0.9 * Math.min(...losses), 1.1 * Math.max(...losses)];
  const ticks = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.4, 2].filter((tick) => tick >= low && tick <= high);
  const label = { x: "epoch", textAnchor: "start", dx: 8, fontWeight: 600 } as const;
  const accuracy = `${(100 * test.accuracy).toFixed(1)} %`;
  return picture(
    "Training, validation, early stopping",
    `A GRU tells four forms of waves under noise apart: ${accuracy} of 2,000 test waves right, with the weights of epoch ${best}`,
    {
      marginRight: 110,
      x: axis("epoch", { domain: [1, epochs.length] }),
      y: axis("mean cross entropy, nats", { type: "log", domain: [low, high], grid: true, tickFormat: "~f", ticks, labelOffset: 48 }),
      marks: [
        Plot.ruleX(halved, { x: "epoch", stroke: MUTED, strokeDasharray: "2 4" }),
        Plot.text(halved.slice(0, 1), {
          x: "epoch",
          frameAnchor: "top",
          dy: 6,
          dx: 4,
          textAnchor: "start",
          text: () => "learning rate × 0.3",
          fill: MUTED,
        }),
        Plot.line(epochs, { x: "epoch", y: ({ training }: Epoch) => training.loss, stroke: ORANGE, strokeWidth: 2 }),
        Plot.line(epochs, { x: "epoch", y: ({ validation }: Epoch) => validation.loss, stroke: BLUE, strokeWidth: 2 }),
        Plot.dot(kept, { x: "epoch", y: ({ validation }: Epoch) => validation.loss, stroke: RED, strokeWidth: 2, fill: "white", r: 5 }),
        Plot.text(kept, {
          x: "epoch",
          y: ({ validation }: Epoch) => validation.loss,
          text: () => "kept",
          dy: -16,
          fill: RED,
          fontWeight: 600,
        }),
        Plot.text(last, { ...label, y: ({ training }: Epoch) => training.loss, text: () => "training", fill: ORANGE }),
        Plot.text(last, { ...label, y: ({ validation }: Epoch) => validation.loss, text: () => "validation", fill: BLUE }),
      ],
    },
  );
}
