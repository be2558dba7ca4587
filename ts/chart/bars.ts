import * as Plot from "@observablehq/plot";
import { shortNumber } from "./numbers.js";
import { INK, NOT_FINITE, SERIES } from "./palette.js";
import { AXIS, GRID_LINES, LABEL, type Panel, panelTitle, plotElement } from "./panel.js";

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** What is written behind the bar; the value if left out. */
  readonly text?: string | undefined;
}

export interface Bars {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly width: number;
  /** What the lengths mean. */
  readonly x: string;
  /** The least and greatest length; by the values if left out. */
  readonly domain?: readonly [number, number] | undefined;
  readonly colour?: string | undefined;
}

/** More bars than these nobody reads. */
const MOST_BARS = 60;

/** Draws a bar to the right, or to the left if it is negative, for each name. */
export function barsPanel(chart: Bars): Panel {
  const { title, bars, width, x } = chart;
  const shown = bars.slice(0, MOST_BARS).map((bar, index) => ({ ...bar, index }));
  const widest = shown.reduce((most, { name }) => Math.max(most, name.length), 0);
  const height = 30 + 22 * Math.max(1, shown.length) + 44;
  const marginLeft = Math.min(0.45 * width, 18 + Math.ceil(6.8 * widest));
  const frame = { width, height, marginLeft, marginRight: 60, marginTop: 30, marginBottom: 44 };
  const domain = chart.domain ?? domainOf(shown);
  const tickFormat = (tick: number) => shortNumber(tick);
  const ticks = Math.max(2, Math.round((width - marginLeft) / 90));
  const nameOf = (index: number) => shown[index]?.name ?? "";
  const options = {
    x: { ...AXIS, ...LABEL, label: x, labelOffset: 36, domain: [...domain], ticks, tickFormat },
    y: {
      ...AXIS,
      type: "band" as const,
      label: null,
      domain: shown.map(({ index }) => index),
      tickFormat: nameOf,
      tickSize: 0,
      padding: 0.25,
    },
    marks: [Plot.gridX(GRID_LINES), ...marksOf(shown, domain, chart.colour ?? (SERIES[0] as string)), panelTitle(title, 10)],
  } satisfies Plot.PlotOptions;
  const notes = bars.length > MOST_BARS ? [`The first ${MOST_BARS} of ${bars.length}.`] : [];
  const first = shown.slice(0, 12).map((bar) => `${bar.name} ${textOf(bar)}`);
  const description = `${title}: ${first.join(", ")}${shown.length > 12 ? " …" : ""}.`;
  return { width, height, svg: plotElement(options, frame), notes, description };
}

/** What is not finite has no length, only its name in the colour of such values. */
function marksOf(shown: readonly Placed[], [low, high]: readonly [number, number], colour: string): Plot.Markish[] {
  const inside = (value: number) => Math.max(low, Math.min(high, value));
  const finite = shown.filter(({ value }) => Number.isFinite(value));
  const amiss = shown.filter(({ value }) => !Number.isFinite(value));
  const behind = { y: "index", text: textOf, fontSize: 12, textAnchor: "start", dx: 5 } as const;
  // Behind a bar to the right, or on the other side of zero: to the left are the names.
  const after = ({ value }: Bar) => inside(Math.max(0, value));
  return [
    Plot.barX(finite, { x1: inside(0), x2: ({ value }: Bar) => inside(value), y: "index", fill: colour }),
    Plot.ruleX([inside(0)], { stroke: INK }),
    Plot.text(finite, { ...behind, x: after, fill: INK }),
    Plot.text(amiss, { ...behind, x: () => inside(0), fill: NOT_FINITE, fontWeight: 600 }),
  ];
}

interface Placed extends Bar {
  readonly index: number;
}

function textOf({ value, text }: Bar): string {
  return text ?? shortNumber(value);
}

/** From 0 to the values. */
function domainOf(bars: readonly Bar[]): [number, number] {
  const finite = bars.map(({ value }) => value).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  if (low === high) return [0, 1];
  return [low, high];
}
