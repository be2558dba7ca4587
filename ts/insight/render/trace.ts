import { type ColourScale, drawPicture, type Grid, heatPanel, type Panel, panelWidth, symmetricDomain } from "../../chart/index.js";
import { counted } from "../../print.js";
import type { LayerTrace } from "../layer-trace.js";

const NAMES: Readonly<Record<string, string>> = {
  i: "i: input gate",
  f: "f: forget gate",
  g: "g: candidate",
  o: "o: output gate",
  r: "r: reset gate",
  z: "z: update gate, 1 keeps the old state",
  n: "n: candidate",
  c: "c: cell state",
  h: "h: hidden state",
};

/** With more steps than these two maps do not stand side by side. */
const MOST_STEPS_BESIDE = 250;

/** Maps of all gates and states of a layer and direction over the steps of one sequence. */
export function drawTrace(layer: LayerTrace, sequence: number, units: readonly number[] | undefined): string {
  const maps = [...Object.entries(layer.gates), ...(layer.c === undefined ? [] : [["c", layer.c] as const]), ["h", layer.h] as const];
  const steps = layer.lengths[sequence] ?? 0;
  const columns = maps.length === 1 || steps > MOST_STEPS_BESIDE ? 1 : 2;
  const panels = maps.map(([name, values]) => mapOf({ layer, sequence, units, columns }, name, values));
  const [, batch, hidden] = layer.shape;
  const which = batch === 1 ? "" : `, sequence ${sequence} of ${batch}`;
  const some = units === undefined ? "" : `, of which ${units.length} are shown,`;
  const subtitle = `${layer.kind} with ${counted(hidden, "unit")}${some} over ${counted(steps, "step")}${which}`;
  return drawPicture({ title: `Gates and states of ${layer.name}`, subtitle, panels });
}

interface Which {
  readonly layer: LayerTrace;
  readonly sequence: number;
  readonly units: readonly number[] | undefined;
  readonly columns: number;
}

function mapOf({ layer: { shape, lengths }, sequence, units, columns }: Which, name: string, values: Float32Array): Panel {
  const [allSteps, batch] = shape;
  const width = allSteps * batch === 0 ? 0 : values.length / (allSteps * batch);
  const grid: Grid = {
    steps: lengths[sequence] ?? 0,
    rows: units?.length ?? width,
    at: (step, row) => values[(step * batch + sequence) * width + (units?.[row] ?? row)] as number,
  };
  const title = NAMES[name] ?? name;
  return heatPanel({
    title,
    grid,
    scale: scaleOf(name, grid),
    reduce: "mean",
    width: panelWidth(columns),
    mapHeight: heightOf(grid.rows, columns),
    names: units?.map(String),
  });
}

function heightOf(units: number, columns: number): number {
  const most = columns === 1 ? 280 : 180;
  return Math.max(36, Math.min(most, 14 * units));
}

/** Gates of σ from 0 to 1, shut to open; all else as far as it goes. */
function scaleOf(name: string, grid: Grid): ColourScale {
  if ("ifozr".includes(name)) return { kind: "sequential", domain: [0, 1] };
  return { kind: "diverging", domain: symmetricDomain(valuesOf(grid)) };
}

function* valuesOf({ steps, rows, at }: Grid): Iterable<number> {
  for (let step = 0; step < steps; step++) for (let row = 0; row < rows; row++) yield at(step, row);
}
