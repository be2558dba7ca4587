import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Comparison, LIMITS } from "./compare.js";
import { small } from "./report.js";

const INK = "#22303c";
const MUTED = "#66727f";
const TORCH = "#f2b19d";
const OURS = "#1f5fa0";
const RED = "#c0392b";

const [WIDTH, LEFT] = [900, 84];
/** Where the lower panel begins, and the end. */
const [SECOND, HEIGHT] = [440, 690];
const FRAME = { width: WIDTH, marginLeft: LEFT, marginRight: 30 } as const;
const STYLE = { fontFamily: "system-ui, sans-serif", fontSize: "13px", color: INK } as const;
const AXIS = { labelAnchor: "center", labelArrow: "none" } as const;

/** A scale of ratios has no 0: a step at which both losses are the same bits lies on the panel's floor. A power of ten, or d3 leaves the tick out. */
const FLOOR = 1e-7;

/** The last bit of a float32 between 2 and 4, where most of the losses lie. */
const LAST_BIT = 2 ** -22;

/** Draws both loss curves and, below, how far they are apart, as the text of an SVG file. */
export function picture(comparison: Comparison): string {
  const { document } = parseHTML("<html></html>");
  const svg = losses(comparison, document);
  const below = differences(comparison, document);
  below.setAttribute("y", `${SECOND}`);
  svg.setAttribute("height", `${HEIGHT}`);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  // A file of its own: it names its language, and may be shown on any ground.
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.insertAdjacentHTML("afterbegin", '<rect width="100%" height="100%" fill="white"/>');
  svg.insertAdjacentHTML("beforeend", heading(comparison) + legend());
  svg.append(below);
  return svg.outerHTML;
}

function text(x: number, y: number, size: number, color: string, content: string, weight = 400): string {
  return `<text text-anchor="start" x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}">${content}</text>`;
}

function heading({ steps, changed, bits: [ours, theirs], first, all }: Comparison): string {
  const early = Math.min(steps, LIMITS.firstSteps);
  const later = steps > early ? `, ${small(all)} in all ${steps}` : "";
  const start = changed.length === 0 ? "All initial weights have the same bits." : "The initial weights are NOT the same.";
  const end = `After ${steps} steps held-out text costs ${theirs.toFixed(4)} and ${ours.toFixed(4)} bits per character.`;
  return [
    text(24, 36, 20, INK, "The same program in PyTorch and in unrolled, from seed 0", 600),
    text(
      24,
      60,
      13,
      MUTED,
      "A character LSTM (2 layers of 64) learns Moby Dick: Adam, batches of 32 × 64 characters, drawn at random on both sides.",
    ),
    text(24, 79, 13, MUTED, `${start} ${end}`),
    text(24, SECOND + 8, 15, INK, `How far the two losses are apart: at most ${small(first)} in the first ${early} steps${later}`, 600),
  ].join("");
}

/** The two curves lie on each other: the broad one below, the thin one on it. In the panel below there is room under its upper edge. */
function legend(): string {
  const line = (y: number, style: string) => `<line x1="600" x2="640" y1="${y}" y2="${y}" ${style}></line>`;
  const [first, second, bit] = [132, 156, SECOND + 44];
  const broad = `stroke="${TORCH}" stroke-width="8"`;
  return [
    line(first, broad),
    text(650, first + 5, 14, INK, "PyTorch"),
    line(second, broad),
    line(second, `stroke="${OURS}" stroke-width="1.75"`),
    text(650, second + 5, 14, INK, "unrolled, drawn on top"),
    line(bit, `stroke="${MUTED}" stroke-dasharray="2 4"`),
    text(650, bit + 4, 12, MUTED, "last bit of a float32 between 2 and 4"),
  ].join("");
}

function points(values: readonly number[]): { step: number; value: number }[] {
  return values.map((value, index) => ({ step: index + 1, value }));
}

function losses({ ours, theirs, steps }: Comparison, document: Document) {
  const [here, torch] = [ours, theirs].map((record) => points(record.losses.slice(0, steps).map((loss) => loss / Math.log(2)))) as [
    ReturnType<typeof points>,
    ReturnType<typeof points>,
  ];
  const channels = { x: "step", y: "value", strokeLinejoin: "round" } as const;
  return Plot.plot({
    ...FRAME,
    document,
    height: 420,
    marginTop: 104,
    marginBottom: 32,
    style: STYLE,
    x: { label: null, domain: [0, steps] },
    y: { ...AXIS, label: "loss, bits per character", labelOffset: 56, grid: true, nice: true },
    marks: [
      Plot.line(torch, { ...channels, stroke: TORCH, strokeWidth: 8 }),
      Plot.line(here, { ...channels, stroke: OURS, strokeWidth: 1.75 }),
    ],
  });
}

function differences({ differences: values, steps, all }: Comparison, document: Document) {
  const [same, other] = [points(values).filter(({ value }) => value === 0), points(values).filter(({ value }) => value > 0)];
  const ticks = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1].filter((tick) => tick <= Math.max(1e-3, all));
  const channels = { x: "step", y: "value", stroke: OURS, r: 2, strokeWidth: 1.25 } as const;
  const label = { textAnchor: "start", fontSize: 12, stroke: "white", strokeWidth: 4 } as const;
  const limit = `required: below ${LIMITS.loss} for ${LIMITS.firstSteps} steps`;
  return Plot.plot({
    ...FRAME,
    document,
    height: HEIGHT - SECOND,
    marginTop: 24,
    marginBottom: 48,
    style: STYLE,
    x: { ...AXIS, label: "training step", labelOffset: 40, domain: [0, steps] },
    y: {
      ...AXIS,
      label: "difference, nats",
      labelOffset: 64,
      type: "log",
      clamp: true,
      domain: [FLOOR, Math.max(1e-3, all)],
      ticks: [FLOOR, ...ticks],
      tickFormat: (tick: number) => (tick === FLOOR ? "same bits" : tick.toExponential(0)),
      grid: true,
    },
    marks: [
      Plot.ruleY([LAST_BIT], { stroke: MUTED, strokeDasharray: "2 4" }),
      Plot.ruleY([LIMITS.loss], { x1: 0, x2: Math.min(steps, LIMITS.firstSteps), stroke: RED, strokeWidth: 2 }),
      Plot.dot(
        same.map(({ step }) => ({ step, value: FLOOR })),
        { ...channels, fill: "white", clip: false },
      ),
      Plot.dot(other, { ...channels, fill: OURS }),
      Plot.text([limit], { ...label, x: [LIMITS.firstSteps], y: [LIMITS.loss], dx: 8, fill: RED, fontWeight: 600 }),
    ],
  });
}
