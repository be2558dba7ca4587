import * as Plot from "@observablehq/plot";
import { axis, BLUE, GREEN, MUTED, picture, RED } from "../picture.js";
import type { Copying, Run } from "./copying.js";

const COLORS = { lstm: BLUE, gru: GREEN, rnn: RED } as const;

/** Draws the cost of a step over the steps of training. */
export function chart({ symbols, delay, memoryless, runs }: Copying): string {
  const top = 1.4 * memoryless.loss;
  const points = runs.flatMap(({ cell, curve }) => curve.map(({ step, loss }) => ({ cell, step, loss: Math.min(loss, top) })));
  const ends = runs.map(({ cell, steps, loss, right }) => ({ cell, step: steps, loss, right }));
  const color = ({ cell }: Pick<Run, "cell">) => COLORS[cell];
  return picture(
    `Copy memory: ${symbols} symbols, to be written ${delay} steps later`,
    "Mean cross entropy of a step on new sequences, and symbols right at the end. Dashed: remembering nothing.",
    {
      marginRight: 140,
      marginLeft: 72,
      x: axis("training steps", { grid: true }),
      y: axis("nats per step", { domain: [0, top], grid: true, labelOffset: 52 }),
      marks: [
        Plot.ruleY([memoryless.loss], { stroke: MUTED, strokeDasharray: "6 4" }),
        Plot.line(points, { x: "step", y: "loss", z: "cell", stroke: color, strokeWidth: 1.75 }),
        Plot.text(ends, {
          x: "step",
          y: "loss",
          text: ({ cell, right }: Run) => `${cell.toUpperCase()}: ${Math.round(100 * right)} % right`,
          fill: color,
          textAnchor: "start",
          dx: 6,
          fontWeight: 600,
        }),
      ],
    },
  );
}
