import * as Plot from "@observablehq/plot";
import { stack } from "../panels.js";
import { axis, BLUE, INK, MUTED, ORANGE, picture } from "../picture.js";
import type { Comparison } from "./forecast.js";
import { type Forecast, seasonalNaive, type Window } from "./rolling.js";
import type { Series } from "./series.js";

interface Value {
  readonly date: Date;
  readonly value: number;
}

/** A forecast as a line of its own. */
interface Said extends Value {
  readonly line: number;
}

/** Draws what was said in the windows, and what came, one series below the other. */
export function chart(comparisons: readonly Comparison[]): string {
  return stack(comparisons.map(panel));
}

function panel({ series, windows, baselines, network, learned, won }: Comparison): string {
  const rival = baselines.find(({ by }) => by === "seasonal naive");
  const mean = network.reduce((sum, { meanMase }) => sum + meanMase, 0) / network.length;
  const from = (windows[0] as Window).start;
  const truth = series.values.slice(from).map((value, index) => ({ date: series.dates[from + index] as Date, value }));
  const forecasts = windows.flatMap((window, index) => tiles(series, window, learned[index] as Forecast));
  const rivals = windows.flatMap((window) => tiles(series, window, seasonalNaive));
  const steps = series.season === 12 ? "months" : "days";
  const subtitle = `${series.horizon} ${steps} ahead. MASE ${mean.toFixed(2)} (mean of seeds), seasonal naive ${rival?.meanMase.toFixed(2)}; lower in ${won} windows`;
  return picture(series.title, subtitle, {
    height: 400,
    marginTop: 112,
    x: { type: "utc", label: null },
    y: axis(series.unit, { grid: true, nice: true }),
    marks: [
      Plot.ruleX(
        windows.map(({ start }) => series.dates[start] as Date),
        { stroke: MUTED, strokeDasharray: "2 4" },
      ),
      Plot.line(rivals, { x: "date", y: "value", z: "line", stroke: ORANGE, strokeWidth: 1.5 }),
      Plot.line(truth, { x: "date", y: "value", stroke: INK, strokeWidth: 1, strokeOpacity: 0.6 }),
      Plot.line(forecasts, { x: "date", y: "value", z: "line", stroke: BLUE, strokeWidth: 2.25 }),
      ...legend(network[0]?.by.split(",")[0] ?? ""),
    ],
  });
}

/** Forecasts one after the other, so that they cover the window without overlapping. */
function tiles(series: Series, { start, origins }: Window, forecast: Forecast): Said[] {
  return origins
    .filter((origin) => (origin - start) % series.horizon === 0)
    .flatMap((origin) =>
      forecast(series, origin).map((value, step) => ({ line: origin, date: series.dates[origin + step] as Date, value })),
    );
}

function legend(network: string): Plot.Markish[] {
  const entry = (text: string, fill: string, dx: number) =>
    Plot.text([text], { frameAnchor: "top-left", lineAnchor: "bottom", dx, dy: -8, fill, fontWeight: 600, fontSize: 12 });
  return [entry("— what came", INK, 0), entry(`— ${network}`, BLUE, 100), entry("— seasonal naive: as it was a year before", ORANGE, 160)];
}
