import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

export const INK = "#22303c";
export const MUTED = "#66727f";
export const BLUE = "#2a6fb0";
export const RED = "#c0392b";
export const GREEN = "#2e8b57";
export const ORANGE = "#d9822b";

/** An axis whose name stands in its middle. */
export function axis(label: string, options: Plot.ScaleOptions = {}): Plot.ScaleOptions {
  return { labelAnchor: "center", labelArrow: "none", labelOffset: 44, ...options, label };
}

/** Draws a plot with a title and a line below it, as the text of an SVG file. */
export function picture(title: string, subtitle: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html></html>");
  // 24 and 52 pixels below the upper edge, however much room there is above the frame.
  const marginTop = options.marginTop ?? 92;
  const place = { frameAnchor: "top-left", lineAnchor: "top" } as const;
  const heading = [
    Plot.text([title], { ...place, dy: 24 - marginTop, fontSize: 20, fontWeight: 600, fill: INK, facet: "super" }),
    Plot.text([subtitle], { ...place, dy: 52 - marginTop, fontSize: 13, fill: MUTED, facet: "super" }),
  ];
  const svg = Plot.plot({
    document,
    width: 860,
    height: 480,
    margin: 56,
    marginLeft: 64,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "13px", color: INK },
    ...options,
    marginTop,
    marks: [...heading, ...(options.marks ?? [])],
  });
  // A file of its own: it names its language, and may be shown on any ground.
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.insertAdjacentHTML("afterbegin", '<rect width="100%" height="100%" fill="white"/>');
  return svg.outerHTML;
}
