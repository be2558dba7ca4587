/** Pictures as the text of SVG files, drawn by Observable Plot: of what networks do inside, and for reports of the command line. */

export { barsPanel } from "./bars.js";
export type { Grid } from "./blocks.js";
export { curvesPanel, type Series } from "./curves.js";
export { type Element, element, escapeXml } from "./dom.js";
export { heatPanel, legendPanel } from "./heat.js";
export { shortNumber } from "./numbers.js";
export { type ColourScale, cellColour, INK, largest, logDomain, MUTED, NOT_FINITE, symmetricDomain } from "./palette.js";
export type { Panel } from "./panel.js";
export { drawPicture, panelWidth } from "./picture.js";
