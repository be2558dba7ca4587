import * as Plot from "@observablehq/plot";
import { axis, BLUE, GREEN, MUTED, ORANGE, picture, RED } from "../picture.js";
import { type Reached, STEPS } from "./reach.js";

const COLORS = [ORANGE, "#8a5a2b", RED, GREEN, BLUE, "#5b4bb5"];

/** Where the panel ends; what is beyond lies on its edge. */
const [FLOOR, TOP] = [1e-16, 1e8];

/** Draws the gradients' norms over time, a line for each network and seed, the first seed's with a name. */
export function chart(found: readonly Reached[]): string {
  const nets = [...new Set(found.map(({ net }) => net))];
  const color = ({ net }: { net: string }) => COLORS[nets.indexOf(net) % COLORS.length] as string;
  const points = found.flatMap(({ net, seed, norms }) =>
    norms
      .map((norm, step) => ({ net, line: `${net} ${seed}`, step, norm: Math.min(Math.max(norm, FLOOR), TOP) }))
      .filter(({ norm }) => norm > FLOOR),
  );
  return picture(
    "How much of the last step's gradient arrives at the steps before it",
    `‖∂L/∂h_t‖ by that of step ${STEPS - 1}, before training. Dashed: above it has exploded, below it has vanished.`,
    {
      height: 520,
      marginRight: 30,
      marginLeft: 76,
      x: axis("step t; the loss is at its right end, and gradients flow to the left", { domain: [0, STEPS - 1], grid: true }),
      y: axis("norm, by the last step's", { type: "log", domain: [FLOOR, TOP], ticks: 8, tickFormat: "~e", grid: true, labelOffset: 62 }),
      marks: [
        Plot.ruleY([1e-6, 1e3], { stroke: MUTED, strokeDasharray: "6 4" }),
        Plot.line(points, { x: "step", y: "norm", z: "line", stroke: color, strokeWidth: 1.25, strokeOpacity: 0.8 }),
        ...nets.map((net, index) =>
          Plot.text([net], {
            frameAnchor: "bottom-right",
            lineAnchor: "bottom",
            dx: -10,
            dy: -10 - 17 * (nets.length - 1 - index),
            fill: color({ net }),
            fontWeight: 600,
            stroke: "white",
            strokeWidth: 4,
          }),
        ),
      ],
    },
  );
}
