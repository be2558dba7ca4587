import * as Plot from "@observablehq/plot";
import { axis, BLUE, ORANGE, picture } from "../picture.js";
import type { Learned } from "./learn.js";

/** Draws the losses of both models over the letters read, with what they reach beside them. */
export function draw(both: Learned, one: Learned): string {
  const models = [
    { name: "one direction", color: ORANGE, learned: one },
    { name: "both directions", color: BLUE, learned: both },
  ];
  const losses = models.flatMap(({ learned }) => learned.points.map(({ loss }) => loss));
  const compact = new Intl.NumberFormat("en", { notation: "compact" });
  const label = { x: "letters", y: "loss", textAnchor: "start", dx: 8 } as const;
  return picture(
    "Where do words end? A tagger that reads in both directions",
    "LSTMs with as many parameters read Moby Dick without its spaces; beside the curves: the held-out text",
    {
      marginRight: 190,
      x: axis("letters read", { tickFormat: (tick: number) => compact.format(tick) }),
      y: axis("mean cross entropy, nats", {
        type: "log",
        domain: [0.9 * Math.min(...losses), 1.05 * Math.max(...losses)],
        grid: true,
        tickFormat: "~f",
        ticks: 6,
        labelOffset: 52,
      }),
      marks: models.flatMap(({ name, color, learned: { points, score } }) => {
        const ends = `F1 of word ends: ${(100 * score.f1).toFixed(1)} %`;
        const last = points.slice(-1);
        return [
          Plot.line(points, { x: "letters", y: "loss", stroke: color, strokeWidth: 2 }),
          Plot.text(last, { ...label, text: () => name, dy: -8, fill: color, fontWeight: 600 }),
          Plot.text(last, { ...label, text: () => ends, dy: 8, fill: color }),
        ];
      }),
    },
  );
}
