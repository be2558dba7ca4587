import * as Plot from "@observablehq/plot";
import { Document, type Element } from "./dom.js";
import { GRID, INK } from "./palette.js";

/** A part of a picture, which is put where there is room. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly svg: Element;
  /** What a reader must know beside the picture: counts of what was joined, or is not finite. */
  readonly notes: readonly string[];
  /** How many values are not finite, if that is to be told. */
  readonly notFinite?: { readonly nans: number; readonly infinities: number };
  /** What it shows, for readers who do not see it. */
  readonly description: string;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly marginTop: number;
  readonly marginBottom: number;
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const FONT_SIZE = 12;

/** A mark that draws itself. */
export type OwnMark = (scales: Scales, frame: Frame) => Element | null;

export interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Observable Plot's element of `options`, without the style sheet that only a page of HTML has a use for. */
export function plotElement(options: Plot.PlotOptions, frame: Frame): Element {
  const svg = Plot.plot({
    // Plot asks of a document only what ours can do.
    document: new Document() as unknown as globalThis.Document,
    className: "unrolled",
    style: { fontSize: `${FONT_SIZE}px` },
    ...frame,
    ...options,
  }) as unknown as Element;
  for (const child of svg.children) if (child.localName === "style") svg.removeChild(child);
  svg.removeAttribute("class");
  return svg;
}

/** Makes an own mark one of Plot's. */
export function asMark(mark: OwnMark): Plot.Markish {
  return ((_index: unknown, scales: Scales, _values: unknown, dimensions: Frame) => mark(scales, dimensions)) as unknown as Plot.Markish;
}

/** The name of a panel above its upper left corner. */
export function panelTitle(title: string, lift: number): Plot.Markish {
  return Plot.text([title], { frameAnchor: "top-left", lineAnchor: "bottom", dy: -lift, fontSize: 13, fontWeight: 600, fill: INK });
}

/** What all axes have. */
export const AXIS: { readonly color: string; readonly tickSize: number; readonly tickPadding: number } = {
  color: INK,
  tickSize: 4,
  tickPadding: 4,
};
/** Where the names of axes are. */
export const LABEL: { readonly labelAnchor: "center"; readonly labelArrow: "none" } = { labelAnchor: "center", labelArrow: "none" };
export const GRID_LINES: { readonly stroke: string; readonly strokeOpacity: number } = { stroke: GRID, strokeOpacity: 1 };
