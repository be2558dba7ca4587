import {
  type ColourScale,
  cellColour,
  drawPicture,
  type Element,
  element,
  legendPanel,
  NOT_FINITE,
  type Panel,
  shortNumber,
  symmetricDomain,
} from "../../chart/index.js";
import type { CellText, CellTextSVGOptions } from "../text/cell-text.js";
import { linesOf, shown, type TextLine } from "./text-lines.js";

export interface Scale extends ColourScale {
  readonly kind: "diverging";
}

/** The colours' scale: as far as the unit goes. */
export function scaleOf({ values }: CellText): Scale {
  return { kind: "diverging", domain: symmetricDomain(values) };
}

/** `unit 17 of rnn l0, tanh(c)` */
export function headingOf({ unit, layer, state }: CellText): string {
  return `Unit ${unit} of ${layer}: ${state}`;
}

const LINE = 19;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";

/** Text on the colours of a unit's state. */
export function drawCellText(text: CellText, { from, lines: most, columns }: Required<CellTextSVGOptions>): string {
  const all = linesOf(text.characters, columns);
  const lines = all.slice(from, from + most);
  const panel = linesPanel(text, lines, columns);
  const part = lines.length === all.length ? "" : ` Lines ${from} to ${from + lines.length - 1} of ${all.length}.`;
  const amiss = text.values.reduce((count, value) => count + Number(!Number.isFinite(value)), 0);
  const notes = [
    `The ground of each character is the state after it has been read.${part}`,
    amiss > 0 ? `Magenta: ${amiss} not finite.` : "",
  ];
  const subtitle = `${text.characters.length.toLocaleString("en-US")} characters; the state goes from ${range(text.values)}`;
  return drawPicture({
    title: headingOf(text),
    subtitle,
    panels: [legendPanel(scaleOf(text)), panel],
    notes: notes.filter((note) => note !== ""),
  });
}

function range(values: Float32Array): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, Number.isFinite(value) ? value : low);
    high = Math.max(high, Number.isFinite(value) ? value : high);
  }
  return low > high ? "nowhere" : `${shortNumber(low)} to ${shortNumber(high)}`;
}

function linesPanel(text: CellText, lines: readonly TextLine[], columns: number): Panel {
  const width = 828;
  const column = width / columns;
  const scale = scaleOf(text);
  const size = Math.min(13, column / 0.602);
  const drawn = lines.flatMap((line, index) => drawLine(text, scale, line, LINE * index, column));
  const svg = element("svg", { width, height: LINE * lines.length + 4 });
  svg.append(element("g", { "font-family": FONT, "font-size": size.toFixed(2), "xml:space": "preserve" }, ...drawn));
  const said = lines.map((line) => shownText(text, line)).join("\n");
  return { width, height: LINE * lines.length + 4, svg, notes: [], description: said };
}

function shownText({ characters }: CellText, { start, widths }: TextLine): string {
  return characters
    .slice(start, start + widths.length)
    .map(shown)
    .join("");
}

/** Runs of one colour as one rectangle, and the characters upon them, spread over their columns whatever the font. */
function drawLine(text: CellText, scale: Scale, line: TextLine, top: number, column: number): Element[] {
  const rectangles: Element[] = [];
  let [left, at] = [0, 0];
  while (at < line.widths.length) {
    const colour = cellColour(text.values[line.start + at] as number, scale);
    const start = left;
    for (; at < line.widths.length && cellColour(text.values[line.start + at] as number, scale) === colour; at++)
      left += line.widths[at] as number;
    rectangles.push(
      element("rect", {
        x: start * column,
        y: top,
        width: (left - start) * column + (at < line.widths.length ? 0.6 : 0),
        height: LINE - 2,
        fill: colour,
      }),
    );
  }
  return [...rectangles, ...writings(text, scale, line, top + 13, column)];
}

/** One text for each run of characters of dark, or of light, ground. */
function writings(text: CellText, scale: Scale, { start, widths }: TextLine, y: number, column: number): Element[] {
  const runs: Element[] = [];
  let [left, at] = [0, 0];
  while (at < widths.length) {
    const ink = inkOn(cellColour(text.values[start + at] as number, scale));
    let [written, end] = ["", left];
    for (; at < widths.length && inkOn(cellColour(text.values[start + at] as number, scale)) === ink; at++) {
      written += shown(text.characters[start + at] as string);
      end += widths[at] as number;
    }
    // Blank ends would not be spread by all who draw SVG.
    const length = (end - left) * column;
    if (written.trim() !== "")
      runs.push(
        element(
          "text",
          { x: left * column, y, textLength: length, lengthAdjust: "spacingAndGlyphs", fill: ink, style: "white-space:pre" },
          written.replaceAll(" ", "\u00a0"),
        ),
      );
    left = end;
  }
  return runs;
}

/** Black or white, whichever is easier to read: by the luminance of the ground (WCAG 2). */
export function inkOn(colour: string): string {
  if (colour === NOT_FINITE) return "#ffffff";
  const [red, green, blue] = [1, 3, 5].map((at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.22 ? "#111111" : "#ffffff";
}
