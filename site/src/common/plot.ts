/** Live line plots: uPlot in the page's colours, with a legend that shows the values under the cursor, or else the last ones. */

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { make } from "./dom.js";
import { short } from "./format.js";
import { color, onTheme } from "./theme.js";

export interface Curve {
  readonly label: string;
  /** A custom property, `--accent`. */
  readonly color: string;
  /** @default 2 */
  readonly width?: number;
  readonly dash?: number[];
  /** Points alone, without a line. @default false */
  readonly points?: boolean;
  /** Whether the legend shows a value. @default true */
  readonly valued?: boolean;
}

export interface PlotOptions {
  readonly curves: readonly Curve[];
  readonly x: string;
  /** In CSS pixels. @default 240 */
  readonly height?: number;
  /** Powers of ten at equal distances. @default false */
  readonly log?: boolean;
  /** The bounds of the vertical axis, from the smallest and the largest value. */
  readonly range?: (least: number, most: number) => [number, number];
  /** Horizontal places are moments, in seconds. @default false */
  readonly dates?: boolean;
  /** Between two curves, from 1, the ground is coloured: the lower one, the upper one. */
  readonly band?: readonly [low: number, high: number];
  /** @default short */
  readonly format?: (value: number) => string;
}

export type Columns = readonly [x: readonly number[], ...ys: (readonly (number | null)[])[]];

export interface Plot {
  /** Draws other values: `null` where a curve has none. */
  show(columns: Columns): void;
  /** What a reader who does not see the picture is told. */
  describe(text: string): void;
}

const FONT = "12px ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Decades that can be told apart on an axis; of more, only some get a line. */
const DECADES = 7;

/** The powers of ten between two values. */
function powers(least: number, most: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(most) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / DECADES));
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => 10 ** (first + index * every));
}

const SUPERSCRIPT = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];

/** `10⁻³` */
function power(value: number): string {
  const exponent = Math.round(Math.log10(value));
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPT[Number(digit)]);
  return `10${exponent < 0 ? "⁻" : ""}${digits.join("")}`;
}

function axes({ x, log = false, format = short }: PlotOptions): uPlot.Axis[] {
  const common = { stroke: () => color("--muted"), font: FONT, grid: { stroke: () => color("--rule"), width: 1 }, ticks: { show: false } };
  const label = log ? power : format;
  const vertical: uPlot.Axis = {
    values: (_, splits) => splits.map(label),
    ...(log
      ? {
          splits: (_: uPlot, __: number, least: number, most: number) => powers(least, most),
          filter: (_: uPlot, splits: number[]) => splits,
        }
      : {}),
  };
  return [
    { ...common, grid: { show: false }, ...(x ? { label: x, labelFont: FONT, labelSize: 20, labelGap: -2 } : {}), size: 30, gap: 6 },
    { ...common, ...vertical, size: 52, gap: 6 },
  ];
}

function series(curve: Curve): uPlot.Series {
  const { label, width = 2, dash, points = false } = curve;
  const stroke = () => color(curve.color);
  return {
    label,
    stroke,
    width: points ? 0 : width,
    ...(dash ? { dash } : {}),
    points: points ? { show: true, size: 6, fill: stroke, stroke, width: 0 } : { show: false },
    spanGaps: true,
  };
}

/** The names of the curves, with a value each. */
class Legend {
  readonly element: HTMLUListElement = make("ul", "legend");
  readonly #values: HTMLElement[];
  readonly #format: (value: number) => string;
  readonly #curves: readonly Curve[];

  constructor(curves: readonly Curve[], format: (value: number) => string) {
    this.#curves = curves;
    this.#format = format;
    this.#values = curves.map(({ label, color, points, dash, width = 2 }) => {
      const value = make("b", "");
      if (!label) return value;
      const mark = make("i", width === 0 ? "area" : points ? "dot" : dash ? "dashed" : width > 4 ? "broad" : "");
      mark.style.setProperty("--curve", `var(${color})`);
      this.element.append(make("li", "", mark, `${label} `, value));
      return value;
    });
  }

  show(data: uPlot.AlignedData, at: number | null | undefined): void {
    for (const [index, element] of this.#values.entries()) {
      if (this.#curves[index]?.valued === false) continue;
      const values = data[index + 1] as readonly (number | null)[];
      const value = typeof at === "number" ? values?.[at] : values?.findLast((each) => each !== null);
      element.textContent = typeof value === "number" ? this.#format(value) : "";
    }
  }
}

function scales({ log = false, range, dates = false }: PlotOptions): uPlot.Scales {
  const bounds = range ? { range: (_: uPlot, least: number | null, most: number | null) => range(least ?? 0, most ?? 1) } : {};
  return { x: { time: dates }, y: { distr: log ? 3 : 1, ...bounds } };
}

/** What is no number, or has no logarithm, is a gap. */
function drawable(value: number | null, log = false): number | null {
  return value !== null && Number.isFinite(value) && (!log || value > 0) ? value : null;
}

/** A plot that fills an element's width. */
export function plot(parent: HTMLElement, options: PlotOptions): Plot {
  const { curves, height = 240, format = short, band } = options;
  const legend = new Legend(curves, format);
  const picture = make("div", "");
  picture.setAttribute("role", "img");
  parent.append(legend.element, picture);
  const empty: uPlot.AlignedData = [[], ...curves.map(() => [])];
  const drawn = new uPlot(
    {
      width: parent.clientWidth || 320,
      height,
      axes: axes(options),
      scales: scales(options),
      series: [{}, ...curves.map(series)],
      ...(band ? { bands: [{ series: [band[1], band[0]], fill: () => color("--band") }] } : {}),
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { y: false, drag: { x: false, y: false } },
      hooks: { setCursor: [({ data, cursor }) => legend.show(data, cursor.idx)] },
    },
    empty,
    picture,
  );
  new ResizeObserver(() => drawn.setSize({ width: parent.clientWidth, height })).observe(parent);
  onTheme(() => drawn.redraw());
  return {
    show([x, ...ys]) {
      drawn.setData([x, ...ys.map((values) => values.map((value) => drawable(value, options.log)))] as unknown as uPlot.AlignedData);
      legend.show(drawn.data, drawn.cursor.idx);
    },
    describe: (text) => picture.setAttribute("aria-label", text),
  };
}
