import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { bits } from "./evaluate.js";
import type { Point } from "./history.js";

export interface Curve {
  readonly title: string;
  readonly subtitle: string;
  /** The loss while it was trained; at least one point. */
  readonly points: readonly Point[];
  /** Bits per character of the held-out text. */
  readonly heldOut: number;
}

const INK = "#22303c";
const MUTED = "#66727f";
const BLUE = "#2a6fb0";
const RED = "#c0392b";

/** Bits per character below which the picture does not go: a text that is known by heart may cost next to nothing. */
const LEAST = 0.02;

/** Draws the loss over the characters read, with the held-out text as a line across, as the text of an SVG file. */
export function lossCurve(curve: Curve): string {
  const { document } = parseHTML("<html></html>");
  const svg = Plot.plot({
    document,
    width: 860,
    height: 480,
    margin: 56,
    marginTop: 92,
    marginLeft: 64,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "13px", color: INK },
    ...axes(curve),
    marks: [...heading(curve), ...learned(curve.points), ...heldOutLine(curve.heldOut)],
  });
  // A file of its own: it names its language, and may be shown on any ground.
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.insertAdjacentHTML("afterbegin", '<rect width="100%" height="100%" fill="white"/>');
  return svg.outerHTML;
}

/** Equal distances upwards are equal ratios: what is learned late is as easy to see as the fall at the beginning. */
function axes({ points, heldOut }: Curve): Pick<Plot.PlotOptions, "x" | "y"> {
  const values = [heldOut, ...points.map((point) => bits(point.loss))];
  const [low, high] = [Math.max(0.9 * Math.min(...values), LEAST), 1.03 * Math.max(...values)];
  const ticks = [0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12].filter((tick) => tick >= low && tick <= high);
  const compact = new Intl.NumberFormat("en", { notation: "compact" });
  const label = { labelAnchor: "center", labelArrow: "none", labelOffset: 44 } as const;
  return {
    x: {
      ...label,
      label: "characters read",
      domain: [0, points.at(-1)!.characters],
      ticks: 8,
      tickFormat: (tick: number) => compact.format(tick),
    },
    y: { ...label, label: "bits per character", type: "log", domain: [low, high], clamp: true, ticks, tickFormat: "~f", grid: true },
  };
}

function heading({ title, subtitle }: Curve): Plot.Markish[] {
  const place = { frameAnchor: "top-left", lineAnchor: "top" } as const;
  return [
    Plot.text([title], { ...place, dy: -68, fontSize: 20, fontWeight: 600, fill: INK }),
    Plot.text([subtitle], { ...place, dy: -40, fontSize: 13, fill: MUTED }),
  ];
}

/** What it costs to read the training text: step by step, and smoothed. */
function learned(points: readonly Point[]): Plot.Markish[] {
  const channels = { x: "characters", y: ({ loss }: Point) => bits(loss), stroke: BLUE } as const;
  const smoothed = Plot.windowY({ k: Math.max(1, Math.round(points.length / 50)), reduce: "mean" }, channels);
  const labelled = points.slice(Math.floor(points.length / 10)).slice(0, 1);
  const label = { text: ["training text, as it is read"], textAnchor: "start", dx: 8, dy: -34 } as const;
  return [
    Plot.line(points, { ...channels, strokeWidth: 1, strokeOpacity: 0.35 }),
    Plot.line(points, { ...smoothed, strokeWidth: 2.25 }),
    Plot.text(labelled, { ...channels, ...label, stroke: "white", strokeWidth: 4, fill: BLUE, fontWeight: 600 }),
  ];
}

/** What the held-out text costs after the training. The label is below: there the curve comes only late. */
function heldOutLine(heldOut: number): Plot.Markish[] {
  const label = [`held-out text, after training: ${heldOut.toFixed(2)} bits per character`];
  const place = { y: [heldOut], frameAnchor: "left", textAnchor: "start", dx: 8, dy: 14 } as const;
  return [
    Plot.ruleY([heldOut], { stroke: RED, strokeWidth: 1.75, strokeDasharray: "6 4" }),
    Plot.text(label, { ...place, fill: RED, fontWeight: 600, stroke: "white", strokeWidth: 4 }),
  ];
}
