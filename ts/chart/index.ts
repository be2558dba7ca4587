/** Pictures as the text of SVG files, drawn by Observable Plot: of what networks do inside, and for reports of the command line. */

export { type Bar, type Bars, barsPanel } from "./bars.js";
export { type Blocks, type Grid, type Reduce, tellBlocks, toBlocks } from "./blocks.js";
export { type Curves, curvesPanel, type Series } from "./curves.js";
export { type Element, element, escapeXml } from "./dom.js";
export { type HeatMap, heatPanel, legendPanel } from "./heat.js";
export { counted, shortNumber } from "./numbers.js";
export { type ColourScale, cellColour, INK, largest, logDomain, MUTED, NOT_FINITE, roundUp, SERIES, symmetricDomain } from "./palette.js";
export type { Panel } from "./panel.js";
export { drawPicture, type Picture, panelWidth, WIDTH } from "./picture.js";
