import type * as Plot from "@observablehq/plot";
import { type Blocks, type Grid, type Reduce, tellBlocks, toBlocks } from "./blocks.js";
import { type Element, element } from "./dom.js";
import { exponents, integerTicks, powerOfTen, shortNumber } from "./numbers.js";
import { type ColourScale, cellColour, colours, INK, MUTED } from "./palette.js";
import { AXIS, asMark, FONT_SIZE, type Frame, LABEL, type Panel, panelTitle, plotElement, type Scales } from "./panel.js";

/** A map of colours over time and units, or over time and whatever the rows are. */
export interface HeatMap {
  readonly title: string;
  readonly grid: Grid;
  readonly scale: ColourScale;
  /** What a cell shows that stands for several values. */
  readonly reduce: Reduce;
  readonly width: number;
  /** The first step's number. @default 0 */
  readonly firstStep?: number | undefined;
  /** The singular of what goes from left to right; it labels the axis. @default "step" */
  readonly step?: string | undefined;
  /** The singular of what goes downwards. @default "unit" */
  readonly row?: string | undefined;
  /** The rows' names, if they have any but their numbers. */
  readonly names?: readonly string[] | undefined;
  /** The pixels of the map itself, without its axis; by the number of rows if left out. */
  readonly mapHeight?: number | undefined;
}

/** Draws a map of colours, its scale above it on the right. */
export function heatPanel(map: HeatMap): Panel {
  const { grid, reduce, step = "step", row = "unit" } = map;
  const blocks = toBlocks(grid, reduce, Math.floor(map.width / 2));
  const frame = frameOf(map);
  const svg = plotElement({ ...axes(map, frame), marks: [asMark((scales) => cells(map, blocks, scales)), ...labels(map, frame)] }, frame);
  const told = tellBlocks(blocks, reduce, step, row);
  return {
    width: frame.width,
    height: frame.height,
    svg,
    notes: told === undefined ? [] : [told],
    notFinite: blocks,
    description: describe(map),
  };
}

function describe({ title, grid, scale, step = "step", row = "unit" }: HeatMap): string {
  return `${title}: ${grid.steps} ${step}s × ${grid.rows} ${row}s, from ${scale.domain.map((end) => shortNumber(end)).join(" to ")}.`;
}

function frameOf({ width, grid, names, mapHeight }: HeatMap): Frame {
  const perRow = Math.max(2, Math.min(names === undefined ? 14 : 22, 260 / Math.max(1, grid.rows)));
  const inner = mapHeight ?? Math.max(names === undefined ? 48 : 24, Math.min(320, perRow * grid.rows));
  const widest = names?.reduce((most, name) => Math.max(most, name.length), 0) ?? 0;
  const marginLeft = names === undefined ? 52 : Math.min(220, 16 + Math.ceil(6.6 * widest));
  return { width, height: 30 + inner + 40, marginLeft, marginRight: 14, marginTop: 30, marginBottom: 40 };
}

function axes({ grid, firstStep = 0, names, step = "step", row = "unit" }: HeatMap, frame: Frame): Plot.PlotOptions {
  const across = (frame.width - frame.marginLeft - frame.marginRight) / 70;
  const down = (frame.height - frame.marginTop - frame.marginBottom) / 22;
  const named = { label: null, tickFormat: (index: number) => names?.[index] ?? "", tickSize: 0 };
  const rowTicks = integerTicks(grid.rows, down);
  return {
    x: {
      ...AXIS,
      ...LABEL,
      label: step,
      labelOffset: 34,
      domain: edges(grid.steps, firstStep),
      ticks: integerTicks(grid.steps, across, firstStep),
      tickFormat: "d",
    },
    y: {
      ...AXIS,
      ...LABEL,
      label: row,
      labelOffset: 44,
      domain: edges(grid.rows, 0),
      reverse: true,
      ticks: rowTicks,
      tickFormat: "d",
      ...(names && named),
    },
  };
}

/** A cell reaches half a step to both sides; a map without steps is drawn as if it had one. */
function edges(count: number, first: number): [number, number] {
  return [first - 0.5, first + Math.max(1, count) - 0.5];
}

/** All cells: one path for each colour, a line as thick as a cell for each run of it. A frame is around them. */
function cells({ grid, scale, firstStep = 0 }: HeatMap, blocks: Blocks, { x, y }: Scales): Element {
  const [steps, rows] = [Math.max(1, grid.steps), Math.max(1, grid.rows)];
  const [left, right] = [x(firstStep - 0.5), x(firstStep + steps - 0.5)];
  const [top, bottom] = [y(-0.5), y(rows - 0.5)];
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const overlap = SEAM * (steps / box.width);
  const runs = runsByColour(blocks, steps, overlap, (place) => cellColour(blocks.values[place] as number, scale));
  const thickness = blocks.rowsPerCell + SEAM * (rows / box.height);
  const paths = [...runs].map(([stroke, d]) => element("path", { stroke, d }));
  const map = element("svg", { ...box, viewBox: `0 0 ${steps} ${rows}`, preserveAspectRatio: "none" });
  map.append(element("g", { fill: "none", "stroke-width": thickness.toPrecision(4), "shape-rendering": "crispEdges" }, ...paths));
  return element("g", { class: "heat" }, map, element("rect", { ...box, fill: "none", stroke: "#9aa5b1", "stroke-width": 0.75 }));
}

/** So many pixels a cell reaches into its neighbours, so that no white line shows where they meet between pixels. */
const SEAM = 0.6;

/** For each colour its path. Steps and rows are the units; a cell at the end that would reach too far is cut off by the box. */
function runsByColour(
  { columns, lines, stepsPerCell, rowsPerCell }: Blocks,
  steps: number,
  overlap: number,
  colourAt: (place: number) => string,
): Map<string, string> {
  const paths = new Map<string, string>();
  for (let line = 0; line < lines; line++) {
    const middle = (line + 0.5) * rowsPerCell;
    for (let column = 0; column < columns; ) {
      const colour = colourAt(line * columns + column);
      let end = column + 1;
      while (end < columns && colourAt(line * columns + end) === colour) end++;
      const length = Math.min(end * stepsPerCell, steps) - column * stepsPerCell;
      const reach = end < columns ? Math.round((length + overlap) * 100) / 100 : length;
      paths.set(colour, `${paths.get(colour) ?? ""}M${column * stepsPerCell} ${middle}h${reach}`);
      column = end;
    }
  }
  return paths;
}

const BAR = { width: 96, height: 9 };

function labels(map: HeatMap, frame: Frame): Plot.Markish[] {
  return [panelTitle(map.title, 8), asMark(() => legend(map.scale, frame))];
}

/** The colours with their least and greatest value, and what is between where there is room. */
function legend(scale: ColourScale, { width, marginRight, marginTop }: Frame): Element {
  const [low, high] = ends(scale);
  const end = width - marginRight - 7 * high.length - 4;
  const start = end - BAR.width;
  const table = colours(scale.kind).filter((_, level) => level % 2 === 0);
  const top = marginTop - 17;
  const step = BAR.width / table.length;
  const swatches = table.map((stroke, place) => {
    const length = step + (place + 1 < table.length ? SEAM : 0);
    return element("path", { stroke, d: `M${(start + step * place).toFixed(1)} ${top + BAR.height / 2}h${length.toFixed(1)}` });
  });
  const text = { y: top + BAR.height - 0.5, "font-size": FONT_SIZE - 1, fill: MUTED, stroke: "none" };
  return element(
    "g",
    { class: "legend", color: INK },
    element("g", { "stroke-width": BAR.height, fill: "none" }, ...swatches),
    element("text", { ...text, x: start - 5, "text-anchor": "end" }, low),
    element("text", { ...text, x: end + 5, "text-anchor": "start" }, high),
  );
}

function ends({ kind, domain }: ColourScale): [string, string] {
  if (kind !== "log") return [shortNumber(domain[0]), shortNumber(domain[1])];
  const powers = exponents(domain, Number.POSITIVE_INFINITY);
  return [powerOfTen(powers[0] as number), powerOfTen(powers.at(-1) as number)];
}

/** The colours alone, with what they stand for: for panels that have none of their own. */
export function legendPanel(scale: ColourScale): Panel {
  const frame = { width: 240, height: 24, marginLeft: 0, marginRight: 40, marginTop: 22, marginBottom: 2 };
  const svg = element("svg", { width: frame.width, height: frame.height });
  svg.append(legend(scale, { ...frame, width: BAR.width + 110 }));
  return { width: frame.width, height: frame.height, svg, notes: [], description: `Colours from ${ends(scale).join(" to ")}.` };
}
