import { tellNotFinite } from "./blocks.js";
import { type Element, element, serialize } from "./dom.js";
import { INK, MUTED } from "./palette.js";
import { FONT, type Panel } from "./panel.js";

/** A picture: a heading, panels, and what a reader must know. */
export interface Picture {
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** Side by side as far as the width goes, then below. */
  readonly panels: readonly Panel[];
  /** Sentences below the panels, beside what the panels have to say. */
  readonly notes?: readonly string[] | undefined;
}

/** All pictures have this width, in pixels, unless a panel is wider. */
export const WIDTH = 860;
const SIDE = 16;
const GAP = 12;

/** The width of panels of which `columns` stand side by side. */
export function panelWidth(columns: number): number {
  return Math.floor((WIDTH - 2 * SIDE - (columns - 1) * GAP) / columns);
}

/** The text of an SVG file that stands for itself: white ground, nothing outside, a title and a description for who cannot see it. */
export function drawPicture({ title, subtitle, panels, notes = [] }: Picture): string {
  const head = [
    ...paragraph(title, { size: 19, weight: 600, fill: INK, top: 34, leading: 24 }),
    ...(subtitle === undefined
      ? []
      : paragraph(subtitle, { size: 13, weight: 400, fill: MUTED, top: 34 + 24 * wrap(title, 19).length - 2, leading: 18 })),
  ];
  const top = 34 + 24 * wrap(title, 19).length + (subtitle === undefined ? 0 : 18 * wrap(subtitle, 13).length) - 8;
  const { placed, bottom } = place(panels, top);
  const amiss = tellNotFinite(panels.flatMap(({ notFinite }) => notFinite ?? []));
  const said = [...new Set([...notes, ...panels.flatMap((panel) => panel.notes), ...(amiss === undefined ? [] : [amiss])])];
  const foot = lines(
    said.flatMap((note) => wrap(note, 12)),
    { size: 12, weight: 400, fill: MUTED, top: bottom + 16, leading: 17 },
  );
  const height = Math.ceil(bottom + (foot.length === 0 ? 8 : 24 + 17 * (foot.length - 1) + 8));
  const root = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: WIDTH,
      height,
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: "img",
      "font-family": FONT,
      color: INK,
      style: "max-width:100%;height:auto;background:white",
    },
    element("title", {}, title),
    element(
      "desc",
      {},
      [subtitle, ...panels.map((panel) => panel.description), ...said].filter((part) => part !== undefined && part !== "").join(" "),
    ),
    element("rect", { width: WIDTH, height, fill: "white" }),
    ...head,
    ...placed,
    ...foot,
  );
  return `${serialize(root)}\n`;
}

/** Panels from left to right, and from top to bottom. */
function place(panels: readonly Panel[], top: number): { placed: Element[]; bottom: number } {
  const placed: Element[] = [];
  let [left, y, bottom] = [SIDE, top, top];
  for (const { svg, width, height } of panels) {
    if (left > SIDE && left + width > WIDTH - SIDE + 1) {
      left = SIDE;
      y = bottom + GAP;
    }
    svg.setAttribute("x", left);
    svg.setAttribute("y", y);
    svg.setAttribute("fill", INK);
    placed.push(svg);
    left += width + GAP;
    bottom = Math.max(bottom, y + height);
  }
  return { placed, bottom };
}

interface Type {
  readonly size: number;
  readonly weight: number;
  readonly fill: string;
  readonly top: number;
  readonly leading: number;
}

function paragraph(text: string, type: Type): Element[] {
  return lines(wrap(text, type.size), type);
}

function lines(texts: readonly string[], { size, weight, fill, top, leading }: Type): Element[] {
  return texts.map((text, index) =>
    element("text", { x: SIDE, y: top + leading * index, "font-size": size, "font-weight": weight, fill }, text),
  );
}

/** Lines that fit beside each other's width, by the mean width of a letter; a word that is too long is cut. */
export function wrap(text: string, size: number): string[] {
  // Headings are bold, and a machine without any of the fonts named takes a wide one.
  const most = Math.floor((WIDTH - 2 * SIDE) / ((size > 15 ? 0.62 : 0.56) * size));
  const result: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((each) => each.match(new RegExp(`.{1,${most}}`, "gu")) ?? [""])) {
    if (line !== "" && line.length + 1 + word.length > most) {
      result.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...result, line];
}
