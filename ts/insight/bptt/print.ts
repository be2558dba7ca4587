import { counted, table, wrap } from "../../print.js";
import { fitted, layerLabel } from "../label.js";
import type { BpttLayer } from "./layers.js";
import { percent, short } from "./numbers.js";
import { type ParameterGradient, rank } from "./parameters.js";
import type { BpttReport } from "./report.js";
import { sparkline } from "./sparkline.js";

/** Columns of a terminal that is not very narrow. */
const WIDTH = 100;
const NAME = 26;
/** More layers than this are counted instead of shown. */
const MOST = 24;
const CURVE = 20;

export function printReport({ loss, gradientNorm, layers, parameters, anomaly }: BpttReport): string {
  const shown = layers.slice(0, MOST);
  const more = layers.length > shown.length ? [`… and ${counted(layers.length - shown.length, "more layer")}, in layers`] : [];
  const head = `BPTT report: loss ${short(loss)}, gradient norm ${short(gradientNorm)}`;
  const found = anomaly === null ? [] : wrap(`not finite: ${anomaly.text}`, WIDTH, "", "  ");
  const blocks = [found, gradientTable(shown), gateTable(shown), verdicts(shown), [...more, ...parameterLines(parameters)]];
  return [[head], ...blocks.filter((block) => block.length > 0)].map((lines) => lines.join("\n")).join("\n\n");
}

function gradientTable(layers: readonly BpttLayer[]): string[] {
  const rows = layers.map((layer) => {
    const { h, steps, verdict } = layer;
    const ends = steps === 0 ? ["–", "–"] : [short(h[0] as number), short(h[steps - 1] as number)];
    const ratio = verdict.kind === "unknown" ? "–" : short(verdict.ratio);
    return [fitted(layerLabel(layer), NAME), steps.toLocaleString("en"), ...ends, sparkline(h, CURVE), ratio, verdict.kind];
  });
  return table(["‖∂L/∂h_t‖", "steps", "t = 0", "t = T−1", "over time, log", "back/last", ""], rows, [
    "left",
    "right",
    "right",
    "right",
    "left",
    "right",
    "left",
  ]);
}

function gateTable(layers: readonly BpttLayer[]): string[] {
  const rows = layers.flatMap((layer) => {
    return layer.gates.map(({ gate, mean, low, high, gradient }, index) => [
      index === 0 ? fitted(layerLabel(layer), NAME) : "",
      gate,
      layer.steps === 0 ? "–" : short(mean),
      low === null ? "–" : percent(low),
      high === null ? "–" : percent(high),
      gradient === null ? "–" : short(gradient),
      note(layer, gate),
    ]);
  });
  const aligned = ["left", "left", "right", "right", "right", "right", "left"] as const;
  return rows.length === 0 ? [] : table(["gates", "", "mean", "at low end", "at high end", "gradient", ""], rows, aligned);
}

function note({ steps, memoryLength, meanKept, spectralRadius, deadUnits }: BpttLayer, gate: string): string {
  if (steps === 0) return "";
  if ((gate === "f" || gate === "z") && meanKept !== null && memoryLength !== null) return `remembers ${short(memoryLength)} steps`;
  if (gate !== "h" || spectralRadius === null) return "";
  const dead = deadUnits === null ? "" : `, ${counted(deadUnits.length, "dead unit")}`;
  return `spectral radius ${short(spectralRadius)}${dead}`;
}

/** What to try is said once, where it is said first: what differs in parentheses only is the same. */
function verdicts(layers: readonly BpttLayer[]): string[] {
  const said = new Set<string>();
  return layers.flatMap((layer) => {
    const { text, advice } = layer.verdict;
    const fresh = advice.filter((each) => {
      const [what = each] = each.split(" (");
      return !said.has(what) && said.add(what);
    });
    return [...wrap(`${layerLabel(layer)}: ${text}`, WIDTH, "", "  "), ...fresh.flatMap((each) => wrap(each, WIDTH, "  – ", "    "))];
  });
}

function parameterLines(parameters: readonly ParameterGradient[]): string[] {
  const having = parameters.filter(({ norm }) => norm !== null).sort((a, b) => rank(b.norm) - rank(a.norm));
  const without = parameters.length - having.length;
  const [largest, smallest] = [having[0], having.at(-1)];
  if (largest === undefined || smallest === undefined) return [];
  const of = ({ name, norm }: ParameterGradient) => `${name} ${short(norm as number)}`;
  const rest = without === 0 ? "" : `; ${without} without a gradient`;
  return wrap(`parameters: largest gradient ${of(largest)}, smallest ${of(smallest)}${rest}`, WIDTH, "", "  ");
}
