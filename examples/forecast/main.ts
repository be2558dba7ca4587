// Forecasts carbon dioxide and the weather, and compares with what needs no network. Run by `npm run example -- forecast`.

import { example } from "../example.js";
import { chart } from "./chart.js";
import { forecast } from "./forecast.js";

await example("forecast", (settings) => {
  const comparisons = forecast(settings);
  const result = comparisons.map(({ series, windows, learned, ...scores }) => ({
    series: series.name,
    horizon: series.horizon,
    windows: windows.map(({ start }) => series.dates[start]?.toISOString().slice(0, 10)),
    ...scores,
  }));
  return { result: { comparisons: result }, picture: () => chart(comparisons) };
});
