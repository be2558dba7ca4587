import { barsPanel, drawPicture, panelWidth } from "../../chart/index.js";
import type { UnitSearch } from "../text/find-units.js";

/** For each feature the units that track it best, by their correlation. */
export function drawUnits(search: UnitSearch, top: number): string {
  const { features, absent, characters } = search;
  const panels = features.map((feature) => {
    const bars = search
      .of(feature)
      .slice(0, top)
      .map(({ name, unit, correlation, f1 }) => {
        const score = f1 === null ? "" : ` (F1 ${f1.toFixed(2)})`;
        const text = Number.isNaN(correlation) ? "NaN" : `${correlation.toFixed(2).replace("-", "−")}${score}`;
        return { name: `${name}, unit ${unit}`, value: correlation, text };
      });
    return barsPanel({ title: feature, bars, width: panelWidth(2), x: "correlation", domain: [-1, 1] });
  });
  const notes = [absent.length === 0 ? "" : `Not in the text: ${absent.join(", ")}.`].filter((note) => note !== "");
  const subtitle = `Correlation of their states with what was read, over ${characters.toLocaleString("en-US")} characters`;
  return drawPicture({ title: "Units that track something", subtitle, panels, notes });
}
