import { serialize } from "../../chart/dom.js";
import { escapeXml, INK, type Panel } from "../../chart/index.js";

const WIDTHS = { wide: 860, narrow: 380 } as const;

/** A picture twice, for wide and for narrow screens, of which the page's style shows one. */
export function figure(draw: (width: number) => Panel, caption = ""): string {
  const drawn = Object.entries(WIDTHS).map(([name, width]) => {
    const panel = draw(width);
    panel.svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    panel.svg.setAttribute("fill", INK);
    panel.svg.setAttribute("color", INK);
    panel.svg.setAttribute("role", "img");
    panel.svg.setAttribute("aria-label", panel.description);
    return { notes: panel.notes, html: `<div class="${name}">${serialize(panel.svg)}</div>` };
  });
  const words = [caption, ...(drawn[0]?.notes ?? [])].filter((text) => text !== "").join(" ");
  const below = words === "" ? "" : `<figcaption>${escapeXml(words)}</figcaption>`;
  return `<figure>${drawn.map(({ html }) => html).join("")}${below}</figure>`;
}
