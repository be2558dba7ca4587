import * as Plot from "@observablehq/plot";
import { counted } from "../print.js";
import { element } from "./dom.js";
import { exponents, powerOfTen, shortNumber } from "./numbers.js";
import { INK, logDomain, MUTED, NOT_FINITE, SERIES } from "./palette.js";
import { AXIS, asMark, FONT_SIZE, type Frame, GRID_LINES, LABEL, type Panel, panelTitle, plotElement } from "./panel.js";

/** Values along an axis. */
export interface Series {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Where they are; 0, 1, 2 … if left out. */
  readonly x?: ArrayLike<number> | readonly Date[] | undefined;
  readonly colour?: string | undefined;
  readonly dashed?: boolean | undefined;
  /** The lower and upper end of a band around the values. */
  readonly band?: readonly [low: ArrayLike<number>, high: ArrayLike<number>] | undefined;
  /** Draws dots instead of a line. */
  readonly dots?: boolean | undefined;
}

export interface Curves {
  readonly title: string;
  readonly series: readonly Series[];
  readonly width: number;
  /** @default 300 */
  readonly height?: number | undefined;
  /** What goes from left to right. */
  readonly x: string;
  readonly y: string;
  /** Whether equal distances upwards are equal ratios; zeros and negative values are then drawn at the lower edge. */
  readonly log?: boolean | undefined;
  /** Values that the upward axis must hold, such as 0; ignored where `log`. */
  readonly include?: readonly number[] | undefined;
  /** Where something happened. */
  readonly marks?: readonly { readonly x: number | Date; readonly label: string }[] | undefined;
  /** Lines across. */
  readonly rules?: readonly { readonly y: number; readonly label: string }[] | undefined;
}

type At = number | Date;

interface Point {
  readonly x: At;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Room for the upward axis. */
const LEFT = 72;

/** More points than two a pixel are only weight. */
const MOST_POINTS = 1200;

/** Draws curves, with their names in a row above them. */
export function curvesPanel(curves: Curves): Panel {
  const { width, height = 300, title } = curves;
  const lines = legendLines(curves.series, width);
  const frame = { width, height, marginLeft: LEFT, marginRight: 18, marginTop: 34 + 18 * lines.length, marginBottom: 46 };
  const all = curves.series.map(pointsOf);
  const domain = domainOf(curves, all);
  const drawn = curves.series.map((series, index) => ({ series, colour: colourOf(series, index), points: thinned(all[index] as Point[]) }));
  const marks = [
    gridLines(curves, domain, frame),
    ...rules(curves),
    ...happenings(curves, reach(all.flat())),
    ...drawn.flatMap(({ series, colour, points }) => seriesMarks(series, colour, points, curves.log === true, domain)),
    ...ruleLabels(curves),
    ...notFinite(all.flat()),
    panelTitle(title, frame.marginTop - 20),
    asMark(() => legend(lines)),
  ];
  const svg = plotElement({ ...axes(curves, domain, frame, all), marks }, frame);
  return { width, height, svg, notes: notes(curves, all), notFinite: countNotFinite(all.flat()), description: describe(curves, domain) };
}

function describe({ title, series, x, y }: Curves, [low, high]: readonly [number, number]): string {
  return `${title}: ${y} over ${x}, ${series.map(({ name }) => name).join(", ")}; from ${shortNumber(low)} to ${shortNumber(high)}.`;
}

function notes({ log, title }: Curves, all: readonly (readonly Point[])[]): string[] {
  const zeros = log ? all.flat().filter(({ y }) => y <= 0 && Number.isFinite(y)).length : 0;
  return zeros === 0 ? [] : [`${counted(zeros, "value")} of ${title} not above zero, drawn at the lower edge.`];
}

function countNotFinite(points: readonly Point[]): Required<Panel>["notFinite"] {
  const nans = points.filter(({ y }) => Number.isNaN(y)).length;
  return { nans, infinities: points.filter(({ y }) => !Number.isFinite(y)).length - nans };
}

export function colourOf({ colour }: Series, index: number): string {
  return colour ?? (SERIES[index % SERIES.length] as string);
}

function pointsOf({ values, x, band }: Series): Point[] {
  return Array.from(values, (y, index) => ({
    x: x?.[index] ?? index,
    y,
    low: band?.[0][index] ?? Number.NaN,
    high: band?.[1][index] ?? Number.NaN,
  }));
}

/** Of each stretch of points the least and the greatest, so that no peak is lost; what is not finite is drawn elsewhere. */
function thinned(points: readonly Point[]): Point[] {
  if (points.length <= MOST_POINTS) return [...points];
  const stretch = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch).sort((one, other) => rank(one.y) - rank(other.y));
    const ends = part.length === 1 ? part : [part[0] as Point, part.at(-1) as Point];
    kept.push(...ends.sort((one, other) => Number(one.x) - Number(other.x)));
  }
  return kept;
}

function rank(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

function domainOf({ log, include = [], rules: across = [] }: Curves, all: readonly (readonly Point[])[]): readonly [number, number] {
  const values = all.flat().flatMap(({ y, low, high }) => [y, low, high]);
  if (log) return logDomain([...values, ...across.map((rule) => rule.y)]);
  const finite = [...values, ...include, ...across.map((rule) => rule.y)].filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) return [0, 1];
  if (low === high) return [low - Math.max(0.5, Math.abs(low) / 2), high + Math.max(0.5, Math.abs(high) / 2)];
  const room = 0.04 * (high - low);
  return [include.includes(low) ? low : low - room, include.includes(high) ? high : high + room];
}

function gridLines(curves: Curves, domain: readonly [number, number], frame: Frame): Plot.Markish {
  const ticks = yTicks(curves, domain, frame);
  return typeof ticks === "number" ? Plot.gridY({ ...GRID_LINES, ticks }) : Plot.gridY(ticks, GRID_LINES);
}

/** Powers of ten, or about how many ticks there is room for. */
function yTicks({ log }: Curves, domain: readonly [number, number], { height, marginTop, marginBottom }: Frame): number | number[] {
  const room = (height - marginTop - marginBottom) / 36;
  return log ? exponents(domain, room).map((exponent) => Number(`1e${exponent}`)) : Math.max(2, Math.round(room));
}

function axes(curves: Curves, domain: readonly [number, number], frame: Frame, all: readonly (readonly Point[])[]): Plot.PlotOptions {
  const y = curves.log
    ? { type: "log" as const, tickFormat: (tick: number) => powerOfTen(Math.round(Math.log10(tick))) }
    : { tickFormat: (tick: number) => shortNumber(tick, 4) };
  return {
    x: { ...AXIS, ...LABEL, label: curves.x, labelOffset: 38, domain: reach(all.flat()), ...xTicks(all.flat(), frame.width) },
    y: {
      ...AXIS,
      ...LABEL,
      label: curves.y,
      labelOffset: 62,
      domain: [...domain],
      clamp: true,
      ticks: yTicks(curves, domain, frame),
      ...y,
    },
  };
}

function reach(points: readonly Point[]): [At, At] {
  if (points.length === 0) return [0, 1];
  const dates = points[0]?.x instanceof Date;
  const low = points.reduce((least, { x }) => Math.min(least, Number(x)), Number.POSITIVE_INFINITY);
  const high = points.reduce((most, { x }) => Math.max(most, Number(x)), Number.NEGATIVE_INFINITY);
  const room = low === high ? (dates ? 43_200_000 : 0.5) : 0;
  return dates ? [new Date(low - room), new Date(high + room)] : [low - room, high + room];
}

/** Whole numbers have whole ticks. */
function xTicks(points: readonly Point[], width: number): Plot.ScaleOptions {
  if (points[0]?.x instanceof Date) return { type: "utc", ticks: Math.max(2, Math.round(width / 110)) };
  const [low, high] = reach(points).map(Number) as [number, number];
  const whole = points.every(({ x }) => Number.isInteger(x));
  const most = Math.max(2, Math.round(width / 90));
  return {
    ticks: whole ? Math.max(1, Math.min(most, Math.round(high - low))) : most,
    tickFormat: (tick: number) =>
      shortNumber(tick, 4).replace(/^(−?\d{4,})$/, (digits) => Number(digits.replace("−", "-")).toLocaleString("en-US")),
  };
}

function seriesMarks(
  { dashed, dots, band }: Series,
  colour: string,
  points: Point[],
  log: boolean,
  [floor]: readonly [number, number],
): Plot.Markish[] {
  const shown = (value: number) => (Number.isFinite(value) ? (log ? Math.max(value, floor) : value) : Number.NaN);
  const y = (point: Point) => shown(point.y);
  const isAlone = points.filter((point) => Number.isFinite(point.y)).length === 1;
  const line = { x: "x", y, stroke: colour, strokeWidth: 2, strokeLinejoin: "round", ...(dashed && { strokeDasharray: "6 4" }) } as const;
  return [
    band && Plot.areaY(points, { x: "x", y1: ({ low }) => shown(low), y2: ({ high }) => shown(high), fill: colour, fillOpacity: 0.2 }),
    dots || isAlone ? Plot.dot(points, { x: "x", y, fill: colour, r: isAlone ? 4 : 2 }) : Plot.line(points, line),
  ].filter((mark) => mark !== undefined);
}

/** Where a value is not finite, a cross at the upper edge. */
function notFinite(points: readonly Point[]): Plot.Markish[] {
  const amiss = points.filter(({ y }) => !Number.isFinite(y)).slice(0, MOST_POINTS);
  if (amiss.length === 0) return [];
  return [Plot.dot(amiss, { x: "x", frameAnchor: "top", symbol: "times", stroke: NOT_FINITE, strokeWidth: 2, r: 5 })];
}

function rules({ rules: across = [] }: Curves): Plot.Markish[] {
  return across.map(({ y }) => Plot.ruleY([y], { stroke: MUTED, strokeDasharray: "5 4" }));
}

/** Drawn upon the curves, so that they can be read where a curve is. */
function ruleLabels({ rules: across = [] }: Curves): Plot.Markish[] {
  const place = { frameAnchor: "right", textAnchor: "end", dy: -8, fill: MUTED, stroke: "white", strokeWidth: 4 } as const;
  return across.map(({ y, label }) => Plot.text([label], { ...place, y: [y] }));
}

/** A line upwards for each, its name beside it at the top; names at one place are told once. */
function happenings({ marks = [] }: Curves, [low, high]: readonly [At, At]): Plot.Markish[] {
  const byPlace = new Map<number, { x: At; labels: Map<string, number> }>();
  for (const { x, label } of marks) {
    const place = byPlace.get(Number(x)) ?? { x, labels: new Map() };
    place.labels.set(label, (place.labels.get(label) ?? 0) + 1);
    byPlace.set(Number(x), place);
  }
  return [...byPlace.values()].flatMap(({ x, labels }, index) => {
    const text = Array.from(labels, ([label, count]) => (count === 1 ? label : `${label} × ${count}`)).join(", ");
    const isRight = Number(x) > Number(low) + 0.7 * (Number(high) - Number(low));
    const side = isRight ? ({ textAnchor: "end", dx: -4 } as const) : ({ textAnchor: "start", dx: 4 } as const);
    return [
      Plot.ruleX([x], { stroke: NOT_FINITE, strokeDasharray: "3 3" }),
      // One below the other, since they may be near.
      Plot.text([text], {
        ...side,
        x: [x],
        frameAnchor: "top",
        lineAnchor: "top",
        dy: 8 + 15 * (index % 4),
        fill: NOT_FINITE,
        stroke: "white",
        strokeWidth: 3,
      }),
    ];
  });
}

interface Entry {
  readonly series: Series;
  readonly colour: string;
  readonly left: number;
}

/** The names in rows as wide as the picture; a single series is named by the title. */
function legendLines(all: readonly Series[], width: number): Entry[][] {
  if (all.length < 2) return [];
  const lines: Entry[][] = [[]];
  let left = 0;
  for (const [index, series] of all.entries()) {
    const length = 40 + 7 * series.name.length;
    if (left > 0 && left + length > width - 40) {
      lines.push([]);
      left = 0;
    }
    lines.at(-1)?.push({ series, colour: colourOf(series, index), left });
    left += length;
  }
  return lines;
}

function legend(lines: readonly (readonly Entry[])[]): ReturnType<typeof element> {
  const entries = lines.flatMap((line, row) =>
    line.map(({ series, colour, left }) => {
      const sample = series.dots
        ? element("circle", { cx: 9, cy: -4, r: 3, fill: colour })
        : element("path", { d: "M0 -4h18", stroke: colour, "stroke-width": 3, "stroke-dasharray": series.dashed ? "6 4" : undefined });
      const name = element("text", { x: 24, "text-anchor": "start", "font-size": FONT_SIZE, fill: INK }, series.name);
      return element("g", { transform: `translate(${LEFT + left} ${40 + 18 * row})` }, sample, name);
    }),
  );
  return element("g", { class: "legend" }, ...entries);
}
