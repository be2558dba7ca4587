import * as Plot from "@observablehq/plot";
import { axis, BLUE, INK, MUTED, picture, RED } from "../picture.js";
import type { Recording } from "./signal.js";

/** Draws a recording: what was measured, the truth, and two estimates of it. */
export function draw({ measured, truth }: Recording, estimate: Float32Array, other: Float32Array, subtitle: string): string {
  const points = Array.from(truth, (value, t) => ({ t, truth: value, measured: measured[t]!, estimate: estimate[t]!, other: other[t]! }));
  const legend = [
    { name: "measured", color: MUTED, x: 0 },
    { name: "truth", color: INK, x: 100 },
    { name: "best median and average", color: RED, x: 170 },
    { name: "GRU", color: BLUE, x: 380 },
  ];
  return picture("A filter that has learned what spikes and jumps look like", subtitle, {
    height: 520,
    marginTop: 124,
    x: axis("measurement"),
    y: axis("value", { grid: true, domain: [Math.min(...truth) - 1, Math.max(...truth) + 1] }),
    marks: [
      Plot.dot(points, { x: "t", y: "measured", fill: MUTED, fillOpacity: 0.6, r: 2, clip: true }),
      Plot.line(points, { x: "t", y: "other", stroke: RED, strokeWidth: 1.25 }),
      Plot.line(points, { x: "t", y: "truth", stroke: INK, strokeWidth: 3, strokeOpacity: 0.35 }),
      Plot.line(points, { x: "t", y: "estimate", stroke: BLUE, strokeWidth: 1.75 }),
      ...legend.map(({ name, color, x }) =>
        Plot.text([`● ${name}`], {
          frameAnchor: "top-left",
          dx: x,
          dy: -20,
          textAnchor: "start",
          fill: color,
          fontWeight: 600,
        }),
      ),
    ],
  });
}
