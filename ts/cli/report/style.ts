import { INK, MUTED } from "../../chart/index.js";

/** What the pictures' grid lines are drawn in: the palette keeps it to itself. */
const GRID = "#dfe4e9";

/** The look of a report: the colours of the pictures are attributes, which a style may overrule where the reader's screen is dark. */
export const STYLE = `
:root { --ground: #fff; --ink: ${INK}; --muted: ${MUTED}; --line: ${GRID}; --soft: #f5f7f9; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #e3e8ee; --muted: #9aa7b4; --line: #333c46; --soft: #1c2229; }
  svg [fill="${INK}"], svg[fill="${INK}"] { fill: var(--ink); }
  svg [stroke="${INK}"] { stroke: var(--ink); }
  svg [color="${INK}"], svg[color="${INK}"] { color: var(--ink); }
  svg [fill="${MUTED}"] { fill: var(--muted); }
  svg [stroke="${MUTED}"] { stroke: var(--muted); }
  svg [stroke="${GRID}"] { stroke: var(--line); }
  svg [stroke="white"] { stroke: var(--ground); }
  svg [fill="white"] { fill: var(--ground); }
  svg [stroke="#4d4d4d"] { stroke: #c4ccd4; }
  svg [fill="#4d4d4d"] { fill: #c4ccd4; }
  svg [stroke="#0072b2"] { stroke: #4aa8e0; }
  svg [fill="#0072b2"] { fill: #4aa8e0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 56rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--muted); }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
p { margin: .5rem 0; max-width: 44rem; }
figure { margin: 1rem 0; }
figcaption { color: var(--muted); font-size: .9rem; max-width: 44rem; }
svg { display: block; max-width: 100%; height: auto; }
.narrow { display: none; }
@media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .75rem 0; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; }
th:first-child { text-align: left; }
th:first-child { font-weight: 400; }
.scores tbody tr:first-child *, .plain tbody th { font-weight: 600; }
ul { margin: .5rem 0; padding-left: 1.25rem; max-width: 44rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .6rem 1.5rem; margin: .75rem 0; }
dt { color: var(--muted); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: .5rem; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .9rem/1.5 ui-monospace, Consolas, Menlo, monospace; }
@media print { body { max-width: none; } section { break-inside: avoid; } }
`;
