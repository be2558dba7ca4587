import {
  barsPanel,
  curvesPanel,
  drawPicture,
  heatPanel,
  largest,
  logDomain,
  type Panel,
  panelWidth,
  type Series,
  shortNumber,
} from "../../chart/index.js";
import type { BpttLayer } from "../bptt/layers.js";
import { rank } from "../bptt/parameters.js";
import type { BpttReport } from "../bptt/report.js";
import { layerLabel } from "../label.js";

/** More curves than this nobody can tell apart: then there is only the map. */
const MOST_CURVES = 8;
const MOST_PARAMETERS = 16;
/** Decades of the norms that are told apart; below lies what training never feels. */
const DECADES = 12;

/** The norms of the states' gradients, how far they go back, the gates, and the gradients of the parameters. */
export function drawReport(report: BpttReport): string {
  const { layers, loss, gradientNorm, parameters } = report;
  const panels = [...normPanels(layers), ...reachPanels(report), ...gatePanels(layers), ...parameterPanels(report)];
  const said = layers.slice(0, MOST_CURVES).map((layer) => `${layerLabel(layer)}: ${layer.verdict.text}.`);
  const subtitle = `Loss ${shortNumber(loss)}; norm of the gradients of ${parameters.length} parameters together ${shortNumber(gradientNorm)}`;
  return drawPicture({ title: titleOf(layers), subtitle, panels, notes: said });
}

/** What is seen: how many of the layers have which verdict. */
function titleOf(layers: readonly BpttLayer[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of layers) counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  const all = counts.size === 1;
  const parts = Array.from(counts, ([kind, count]) => (all ? kind : `${kind} in ${count} of ${layers.length} layers`));
  return `Gradients through time: ${parts.join(", ")}`;
}

/** ‖∂L/∂h_t‖ and ‖∂L/∂c_t‖: as curves if they are few, and as a map of time × layer. */
function normPanels(layers: readonly BpttLayer[]): Panel[] {
  const rows = layers.flatMap((layer) => [
    { name: `${layerLabel(layer)} h`, norms: layer.h, dashed: false },
    ...(layer.c === null ? [] : [{ name: `${layerLabel(layer)} c`, norms: layer.c, dashed: true }]),
  ]);
  const title = `Norms of the gradients of the states, ‖∂L/∂h_t‖${layers.every(({ c }) => c === null) ? "" : " and ‖∂L/∂c_t‖"}`;
  const series = rows.map(({ name, norms, dashed }): Series => ({ name, values: norms, dashed }));
  const curves = rows.length > MOST_CURVES ? [] : [curvesPanel({ title, series, width: panelWidth(1), x: "step", y: "norm", log: true })];
  const steps = rows.reduce((most, { norms }) => Math.max(most, norms.length), 0);
  const at = (step: number, row: number) => rows[row]?.norms[step] ?? 0;
  const scale = {
    kind: "log",
    domain: logDomain(
      rows.flatMap(({ norms }) => Array.from(norms)),
      DECADES,
    ),
  } as const;
  const map = {
    title: curves.length === 0 ? title : "The same over steps and layers",
    grid: { steps, rows: rows.length, at },
    scale,
    reduce: "extreme",
    width: panelWidth(1),
  } as const;
  return [...curves, ...(rows.length < 2 || steps === 0 ? [] : [heatPanel({ ...map, names: rows.map(({ name }) => name) })])];
}

/** What is left of the gradient that arrives at the last step alone, from which the verdict is. */
function reachPanels({ layers, thresholds }: BpttReport): Panel[] {
  const series = layers.flatMap((layer): Series[] =>
    layer.fromLastStep === null ? [] : [{ name: layerLabel(layer), values: layer.fromLastStep }],
  );
  if (series.length === 0 || series.length > MOST_CURVES) return [];
  const all = series.flatMap(({ values }) => Array.from(values));
  const rules = [
    { y: thresholds.vanishing, label: `vanished, below ${shortNumber(thresholds.vanishing)}` },
    // Far above all curves it would only push them down.
    ...(largest(all) > 0.1 * thresholds.exploding
      ? [{ y: thresholds.exploding, label: `exploded, above ${shortNumber(thresholds.exploding)}` }]
      : []),
  ];
  const title = "What is left on the way back from the last step alone";
  return [curvesPanel({ title, series, width: panelWidth(1), x: "step", y: "share of the last step's norm", log: true, rules })];
}

/** How many of a gate's values are near one of its ends. */
function gatePanels(layers: readonly BpttLayer[]): Panel[] {
  const saturated = layers.flatMap((layer) =>
    layer.gates.flatMap(({ gate, saturated, mean }) =>
      saturated === null ? [] : [{ name: `${layerLabel(layer)} ${gate}`, saturated, mean }],
    ),
  );
  if (saturated.length === 0) return [];
  const percent = (share: number) => `${shortNumber(Math.round(1000 * share) / 10)} %`;
  // Of what is not finite nothing is near an end.
  const bars = saturated.map(({ name, saturated, mean }) => {
    return Number.isFinite(mean) ? { name, value: saturated, text: percent(saturated) } : { name, value: Number.NaN };
  });
  const means = saturated.map(({ name, mean }) => ({ name, value: mean }));
  const width = panelWidth(2);
  const low = means.some(({ value }) => value < 0) ? -1 : 0;
  return [
    barsPanel({ title: "Saturated: near one of its ends", bars, width, x: "share of the gate's values", domain: [0, 1] }),
    barsPanel({ title: "Mean of each gate", bars: means, width, x: "mean", domain: [low, 1], colour: "#009e73" }),
  ];
}

function parameterPanels({ parameters }: BpttReport): Panel[] {
  const having = parameters.flatMap(({ name, norm }) => (norm === null ? [] : [{ name, value: norm }]));
  if (having.length === 0) return [];
  const strongest = having.sort((one, other) => rank(other.value) - rank(one.value));
  const title = having.length > MOST_PARAMETERS ? `The ${MOST_PARAMETERS} largest gradients of parameters` : "Gradients of the parameters";
  return [barsPanel({ title, bars: strongest.slice(0, MOST_PARAMETERS), width: panelWidth(1), x: "norm" })];
}
