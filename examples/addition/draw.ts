import * as Plot from "@observablehq/plot";
import { axis, BLUE, MUTED, picture, RED } from "../picture.js";
import type { Point } from "./train.js";

/** Draws the share of validation sums that are exact over the epochs. */
export function draw(points: readonly Point[], test: number, training: number, unseen: number): string {
  const line = { x: "epoch", y: "exact", stroke: BLUE, strokeWidth: 2 } as const;
  const percent = `${(100 * test).toFixed(2)} %`;
  const label = { frameAnchor: "right", textAnchor: "start", dx: 8, fontWeight: 600 } as const;
  const learned = training.toLocaleString("en");
  return picture(
    "An encoder and a decoder learn to add",
    `Two GRUs see the digits of ${learned} sums; ${unseen.toLocaleString("en")} others, not seen in any order, are ${percent} exact in the end`,
    {
      marginRight: 130,
      x: axis("epoch", { domain: [0, points.length] }),
      y: axis("sums right in every digit", { domain: [0, 1], grid: true, tickFormat: "%", labelOffset: 56 }),
      marks: [
        Plot.ruleY([0.95], { stroke: MUTED, strokeDasharray: "4 4" }),
        Plot.text(["95 %"], { ...label, y: [0.95], dy: 6, fill: MUTED, fontWeight: 400 }),
        Plot.ruleY([test], { stroke: RED, strokeWidth: 1.5, strokeDasharray: "6 4" }),
        Plot.text([`test: ${percent}`], { ...label, y: [test], dy: -6, fill: RED }),
        Plot.line([{ epoch: 0, exact: 0 }, ...points], line),
        Plot.dot(points, { ...line, fill: BLUE, r: 3 }),
        Plot.text(points.slice(Math.floor(points.length / 4)).slice(0, 1), {
          ...line,
          text: () => "validation",
          dx: 12,
          dy: 12,
          textAnchor: "start",
          fill: BLUE,
          stroke: "white",
          strokeWidth: 4,
          fontWeight: 600,
        }),
      ],
    },
  );
}
