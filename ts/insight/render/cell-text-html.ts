import { cellColour, escapeXml, shortNumber } from "../../chart/index.js";
import type { CellText } from "../text/cell-text.js";
import { headingOf, inkOn, scaleOf } from "./cell-text.js";
import { shown } from "./text-lines.js";

/** A page with the text in spans of one colour each. */
export function htmlOfCellText(text: CellText): string {
  const scale = scaleOf(text);
  const classes = new Map<string, string>();
  const parts: string[] = [];
  const { characters, values } = text;
  for (let at = 0; at < characters.length; ) {
    const start = at;
    const colour = cellColour(values[start] as number, scale);
    let written = "";
    for (; at < characters.length && cellColour(values[at] as number, scale) === colour; at++) {
      const character = characters[at] as string;
      written += character === "\n" ? "↵\n" : escapeXml(character === "\t" ? character : shown(character));
    }
    if (!classes.has(colour)) classes.set(colour, `s${classes.size}`);
    parts.push(`<span class="${classes.get(colour)}" title="${spread(values.subarray(start, at))}">${written}</span>`);
  }
  return page(headingOf(text), scale.domain, classes, parts.join(""));
}

/** The state of one character, or from where to where it goes in a run. */
function spread(values: Float32Array): string {
  const [low, high] = [Math.min(...values.subarray(0, 9999)), Math.max(...values.subarray(0, 9999))];
  return shortNumber(low) === shortNumber(high) ? shortNumber(low) : `${shortNumber(low)} to ${shortNumber(high)}`;
}

function page(heading: string, [low, high]: readonly [number, number], classes: ReadonlyMap<string, string>, body: string): string {
  const rules = Array.from(classes, ([colour, name]) => `.${name}{background:${colour};color:${inkOn(colour)}}`).join("\n");
  const title = escapeXml(heading);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body{margin:2rem auto;max-width:60rem;padding:0 1rem;font-family:system-ui,sans-serif;color:#22303c;background:#fff}
pre{font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
${rules}
</style>
</head>
<body>
<h1>${title}</h1>
<p>The ground of each character is the state after it has been read: from ${shortNumber(low)} (blue) over 0 (white) to ${shortNumber(high)} (red).</p>
<pre>${body}</pre>
</body>
</html>
`;
}
