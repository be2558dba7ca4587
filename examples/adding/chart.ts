import * as Plot from "@observablehq/plot";
import { axis, BLUE, GREEN, MUTED, picture, RED } from "../picture.js";
import type { Run } from "./adding.js";
import { KNOWING_NOTHING } from "./task.js";

const COLORS = { lstm: BLUE, gru: GREEN, rnn: RED } as const;
/** What is beyond is drawn at the edge. */
const [FLOOR, TOP] = [0.0005, 2];

/** Draws the error over the steps of training, one panel for each length. */
export function chart(runs: readonly Run[]): string {
  const points = runs.flatMap(({ curve, ...run }) =>
    curve.map(({ step, mse }) => ({
      ...run,
      key: `${run.cell} ${run.learningRate}`,
      panel: `T = ${run.length}`,
      step,
      mse: Math.min(Math.max(mse, FLOOR), TOP),
    })),
  );
  const ends = [...new Map(points.map((point) => [`${point.panel} ${point.cell}`, point])).values()];
  return picture(
    "The adding problem: two numbers, hundreds of steps apart",
    "Mean squared error on new sequences. Dotted: knowing nothing. Dashed: solved. RNN: three learning rates.",
    {
      marginRight: 60,
      fx: { label: null, axis: "top", domain: [...new Set(points.map(({ panel }) => panel))] },
      x: axis("training steps", { grid: true, ticks: 5 }),
      y: axis("mean squared error", {
        type: "log",
        domain: [FLOOR, TOP],
        ticks: [0.001, 0.01, 0.1, 1],
        tickFormat: "~f",
        grid: true,
        labelOffset: 52,
      }),
      marks: [
        Plot.ruleY([KNOWING_NOTHING], { stroke: MUTED, strokeDasharray: "2 4" }),
        Plot.ruleY([0.01], { stroke: MUTED, strokeDasharray: "6 4" }),
        Plot.line(points, { x: "step", y: "mse", z: "key", fx: "panel", stroke: ({ cell }: Run) => COLORS[cell], strokeWidth: 1.75 }),
        Plot.text(ends, {
          x: "step",
          y: "mse",
          fx: "panel",
          text: ({ cell }: Run) => cell.toUpperCase(),
          fill: ({ cell }: Run) => COLORS[cell],
          textAnchor: "start",
          dx: 6,
          fontWeight: 600,
        }),
      ],
    },
  );
}
