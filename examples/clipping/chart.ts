import * as Plot from "@observablehq/plot";
import { stack } from "../panels.js";
import { axis, BLUE, MUTED, picture, RED } from "../picture.js";
import type { Run } from "./clipping.js";
import { KNOWING_NOTHING } from "./task.js";

/** What is beyond is drawn at the edge: without clipping there is no end to it. */
const [LEAST, LARGEST_LOSS, LARGEST_NORM] = [1e-3, 1e3, 1e6];

interface Dot {
  readonly key: string;
  readonly panel: string;
  readonly clipped: boolean;
  readonly step: number;
  readonly loss: number;
  readonly norm: number;
  readonly lost: boolean;
}

/** Draws loss and norm over the steps, a column for each learning rate, of the first seed. */
export function chart(runs: readonly Run[]): string {
  const dots = runs.filter(({ seed }) => seed === runs[0]?.seed).flatMap(thinned);
  return stack([losses(dots), norms(dots)]);
}

/** Every step at first, where most happens, then one in five. */
function thinned({ learningRate, clipped, points }: Run): Dot[] {
  const kept = points.filter(({ step, loss }) => step <= 20 || step % 5 === 0 || !Number.isFinite(loss));
  return kept.map(({ step, loss, norm }) => ({
    key: `${learningRate} ${clipped}`,
    panel: `learning rate ${learningRate}`,
    clipped,
    step,
    loss: within(loss, LARGEST_LOSS),
    norm: within(norm, LARGEST_NORM),
    lost: !Number.isFinite(loss),
  }));
}

const within = (value: number, most: number): number => (value < most ? Math.max(value, LEAST) : most);
/** In the order in which they were run. */
const columns = (dots: readonly Dot[]): string[] => [...new Set(dots.map(({ panel }) => panel))];
const color = ({ clipped }: Dot): string => (clipped ? BLUE : RED);

function losses(dots: readonly Dot[]): string {
  return picture(
    "The same training with and without clipping",
    "A ReLU network adds up 100 steps. Blue: clipped. Red: unclipped (×: lost). Dotted: knowing nothing.",
    {
      height: 380,
      marginTop: 112,
      marginLeft: 76,
      fx: { label: null, axis: "top", domain: columns(dots) },
      x: { label: null, ticks: 3 },
      y: axis("loss", {
        type: "log",
        domain: [LEAST, LARGEST_LOSS],
        ticks: [0.001, 0.01, 0.1, 1, 10, 100, 1000],
        tickFormat: "~f",
        grid: true,
        labelOffset: 60,
      }),
      marks: [
        Plot.ruleY([KNOWING_NOTHING], { stroke: MUTED, strokeDasharray: "2 4" }),
        Plot.line(dots, { x: "step", y: "loss", z: "key", fx: "panel", stroke: color, strokeWidth: 1.5 }),
        Plot.dot(
          dots.filter(({ lost }) => lost),
          { x: "step", y: "loss", fx: "panel", stroke: RED, symbol: "times", r: 5, strokeWidth: 2 },
        ),
      ],
    },
  );
}

function norms(dots: readonly Dot[]): string {
  const ticks = [0.01, 1, 100, 10_000, LARGEST_NORM];
  return picture(
    "Norm of the gradients, before they are clipped",
    "On a scale of ratios. Dashed: norm 1, to which larger ones are clipped.",
    {
      height: 370,
      marginTop: 92,
      marginLeft: 76,
      fx: { label: null, axis: null, domain: columns(dots) },
      x: axis("training steps", { ticks: 3 }),
      y: axis("norm", { type: "log", domain: [LEAST, LARGEST_NORM], ticks, tickFormat: "~e", grid: true, labelOffset: 60 }),
      marks: [
        Plot.ruleY([1], { stroke: BLUE, strokeDasharray: "6 4" }),
        Plot.line(dots, { x: "step", y: "norm", z: "key", fx: "panel", stroke: color, strokeWidth: 1.25 }),
      ],
    },
  );
}
