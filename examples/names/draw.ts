import * as Plot from "@observablehq/plot";
import { axis, BLUE, MUTED, picture, RED } from "../picture.js";
import { type Epoch, percent } from "./train.js";

/** Draws the validation accuracy over the epochs, with what simpler ways reach on the held-out names as lines across. */
export function draw(history: readonly Epoch[], best: number, test: number, baselines: readonly number[]): string {
  const names = ["always female", "last letter", "last two letters", "last three letters"];
  const lines = baselines.map((accuracy, letters) => ({ accuracy, label: `${names[letters]}: ${percent(accuracy)}` }));
  const points = history.map(({ validation }, index) => ({ epoch: index + 1, accuracy: validation.accuracy }));
  const last = points.at(-1)!;
  // Beside the frame, where no curve is.
  const label = { frameAnchor: "right", textAnchor: "start", dx: 8 } as const;
  const line = { x: "epoch", y: "accuracy", stroke: BLUE, strokeWidth: 2 } as const;
  return picture(
    "Male or female: an LSTM reads first names letter by letter",
    "Names on both lists are left out; dashed: the same held-out names, guessed from endings alone",
    {
      marginRight: 210,
      x: axis("epoch", { domain: [1, history.length], ticks: Math.min(10, history.length) }),
      y: axis("share of names that are right", { domain: [0.5, 0.95], grid: true, tickFormat: "%", clamp: true, labelOffset: 58 }),
      marks: [
        Plot.ruleY(lines, { y: "accuracy", stroke: MUTED, strokeDasharray: "4 4" }),
        Plot.text(lines, { ...label, y: "accuracy", text: "label", fill: MUTED }),
        Plot.ruleY([test], { stroke: RED, strokeWidth: 1.75 }),
        Plot.text([`held-out names: ${percent(test)}`], { ...label, y: [test], fill: RED, fontWeight: 600 }),
        Plot.line(points, line),
        Plot.dot(points, { ...line, fill: (point: typeof last) => (point.epoch === best ? "white" : BLUE), r: 3 }),
        Plot.text(["validation, ○ the best"], { ...label, y: [last.accuracy], dy: -8, fill: BLUE, fontWeight: 600 }),
      ],
    },
  );
}
