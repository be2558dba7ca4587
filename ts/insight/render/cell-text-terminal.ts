import { shortNumber } from "../../chart/index.js";
import type { CellText } from "../text/cell-text.js";
import { headingOf, scaleOf } from "./cell-text.js";
import { linesOf, shown, type TextLine } from "./text-lines.js";

/** Grounds from blue over white to red, in the colours that terminals of 256 have, and the ink upon them. */
const GROUNDS: readonly (readonly [ground: number, ink: number])[] = [
  [19, 231],
  [26, 231],
  [68, 231],
  [110, 16],
  [153, 16],
  [231, 16],
  [224, 16],
  [217, 16],
  [174, 16],
  [160, 231],
  [88, 231],
];
const NOT_FINITE: readonly [number, number] = [201, 16];
const BARS = "▁▂▃▄▅▆▇█";

/** The text with a line of colours, or bars, that say what they stand for. */
export function printCellText(text: CellText, color: boolean, columns: number): string {
  const [low, high] = scaleOf(text).domain;
  const lines = linesOf(text.characters, columns);
  if (color) {
    const head = `${headingOf(text)}, ${paint(" ", ground(low, high))} ${shortNumber(low)} to ${paint(" ", ground(high, high))} ${shortNumber(high)}`;
    return [head, ...lines.map((line) => colouredLine(text, line, high))].join("\n");
  }
  const head = `${headingOf(text)}, from ${BARS[0]} ${shortNumber(low)} to ${BARS.at(-1)} ${shortNumber(high)}`;
  return [head, ...lines.flatMap((line) => [lineOf(text, line), barsOf(text, line, high)])].join("\n");
}

function lineOf({ characters }: CellText, { start, widths }: TextLine): string {
  return characters
    .slice(start, start + widths.length)
    .map(shown)
    .join("");
}

function ground(value: number, reach: number): readonly [number, number] {
  if (!Number.isFinite(value)) return NOT_FINITE;
  return GROUNDS[Math.round((value / reach / 2 + 0.5) * (GROUNDS.length - 1))] ?? NOT_FINITE;
}

function paint(text: string, [back, ink]: readonly [number, number]): string {
  return `\u001b[48;5;${back};38;5;${ink}m${text}\u001b[0m`;
}

/** Characters of one ground together. */
function colouredLine({ characters, values }: CellText, { start, widths }: TextLine, reach: number): string {
  let line = "";
  for (let at = 0; at < widths.length; ) {
    const colour = ground(values[start + at] as number, reach);
    let run = "";
    for (; at < widths.length && ground(values[start + at] as number, reach) === colour; at++)
      run += shown(characters[start + at] as string);
    line += paint(run, colour);
  }
  return line;
}

function barsOf({ values }: CellText, { start, widths }: TextLine, reach: number): string {
  return widths
    .map((width, at) => {
      const value = values[start + at] as number;
      const bar = Number.isFinite(value) ? (BARS[Math.round((value / reach / 2 + 0.5) * (BARS.length - 1))] as string) : "?";
      return bar.repeat(width);
    })
    .join("");
}
