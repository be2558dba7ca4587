import { curvesPanel, drawPicture, heatPanel, type Panel, panelWidth, type Series } from "../../chart/index.js";
import { counted } from "../../print.js";
import { layerLabel } from "../label.js";
import type { LayerLook } from "../watch/look.js";
import { NOTHING_SEEN } from "../watch/print.js";
import type { Look, Watch } from "../watch/watch.js";

const MOST_CURVES = 8;
const MOST_ALERTS = 12;

/** How gradients and gates went over the steps of training. */
export function drawWatch({ history, alerts, steps }: Watch): string {
  const layers = layersOf(history);
  const panels =
    history.length === 0 ? [] : [normPanel(history, alerts), ...reachPanels(history, layers), ...saturationPanels(history, layers)];
  const told = alerts.slice(0, MOST_ALERTS).map(({ step, text }) => `Step ${step}: ${text}.`);
  const more = alerts.length > MOST_ALERTS ? [`… and ${counted(alerts.length - MOST_ALERTS, "more alert")}.`] : [];
  const title = `Training watched: ${alerts.length === 0 ? "no alerts" : counted(alerts.length, "alert")}`;
  const subtitle = `${counted(steps, "step")} of training, ${counted(history.length, "look")}`;
  const nothing = history.length === 0 ? [`${NOTHING_SEEN}.`] : [];
  return drawPicture({ title, subtitle, panels, notes: [...nothing, ...told, ...more] });
}

/** All layers of all looks. */
function layersOf(history: readonly Look[]): string[] {
  return [...new Set(history.flatMap(({ layers }) => layers.map(layerLabel)))];
}

function normPanel(history: readonly Look[], alerts: Watch["alerts"]): Panel {
  const series: Series[] = [{ name: "all gradients", values: history.map(({ gradientNorm }) => gradientNorm), x: stepsOf(history) }];
  const marks = alerts.slice(0, MOST_ALERTS).map(({ step, kind }) => ({ x: step, label: kind }));
  return curvesPanel({
    title: "Norm of all gradients",
    series,
    width: panelWidth(1),
    height: 240,
    x: "step of training",
    y: "norm",
    log: true,
    marks,
  });
}

function stepsOf(history: readonly Look[]): number[] {
  return history.map(({ step }) => step);
}

/** A value of one layer at every look, NaN where it was not seen; those are left out, since nothing was amiss. */
function over(history: readonly Look[], name: string, measure: (layer: LayerLook) => number): Series {
  const seen = history.flatMap(({ step, layers }) => {
    const layer = layers.find((each) => layerLabel(each) === name);
    return layer === undefined ? [] : [{ step, value: measure(layer) }];
  });
  return { name, values: seen.map(({ value }) => value), x: seen.map(({ step }) => step) };
}

/** How the gradient at the step that is farthest back compares with the one at the step where going back begins. */
function reachPanels(history: readonly Look[], layers: readonly string[]): Panel[] {
  if (layers.length === 0 || layers.length > MOST_CURVES) return [];
  const ratio = ({ direction, first, last }: LayerLook) => (direction === "forward" ? first / last : last / first);
  const series = layers.map((name) => over(history, name, ratio));
  const title = "‖∂L/∂h‖ at the far end of time, as a share of that at the near end";
  return [curvesPanel({ title, series, width: panelWidth(1), height: 260, x: "step of training", y: "share", log: true })];
}

/** The most saturated gate of each layer. */
function saturationPanels(history: readonly Look[], layers: readonly string[]): Panel[] {
  if (layers.length === 0) return [];
  const at = (look: number, row: number) => {
    const layer = history[look]?.layers.find((each) => layerLabel(each) === layers[row]);
    return layer === undefined
      ? 0
      : Math.max(0, ...layer.gates.map(({ saturated, mean }) => (Number.isFinite(mean) ? (saturated ?? 0) : Number.NaN)));
  };
  const grid = { steps: history.length, rows: layers.length, at };
  const scale = { kind: "sequential", domain: [0, 1] } as const;
  const title = "Saturated: the largest share among the gates of a layer";
  return [heatPanel({ title, grid, scale, reduce: "mean", width: panelWidth(1), names: layers, step: "look" })];
}
