import { curvesPanel, drawPicture, heatPanel, logDomain, type Panel, panelWidth, shortNumber } from "../../chart/index.js";
import { counted } from "../../print.js";
import type { InputSaliency } from "../saliency.js";

/** The norms over the steps as a curve; with several sequences, a map of all, and the curve of their root mean square. */
export function drawSaliency(saliency: InputSaliency, sequence: number | undefined): string {
  const [steps, batch] = saliency.shape;
  const alone = sequence ?? (batch === 1 ? 0 : undefined);
  const panels = alone === undefined ? [meanCurve(saliency), map(saliency)] : [curve(Array.from(saliency.of(alone)), "‖∂y/∂x‖")];
  const which = alone === undefined ? counted(batch, "sequence") : batch === 1 ? "" : `sequence ${alone} of ${batch}`;
  const parts = [`the input at each of ${counted(steps, "step")}`, unitsText(saliency), which].filter((part) => part !== "");
  const notes = alone === undefined ? [] : [share(saliency.of(alone))];
  return drawPicture({
    title: `How much ${outputText(saliency, alone)} depends on the input`,
    subtitle: parts.join(", "),
    panels,
    notes: notes.filter((note) => note !== ""),
  });
}

function outputText({ outputSteps }: InputSaliency, sequence: number | undefined): string {
  const steps = new Set(sequence === undefined ? outputSteps : [outputSteps[sequence]]);
  const [step] = steps;
  if (step === null || step === undefined) return "the output";
  return steps.size === 1 ? `the output of step ${step}` : "the output of the last step";
}

function unitsText({ outputs }: InputSaliency): string {
  return outputs.length === 1 ? `value ${outputs[0]} of the output` : `${outputs.length} values of the output together`;
}

function curve(norms: number[], name: string): Panel {
  return curvesPanel({
    title: name,
    series: [{ name, values: norms }],
    width: panelWidth(1),
    x: "step of the input",
    y: "norm",
    log: true,
  });
}

function meanCurve({ norms, shape: [steps, batch], lengths }: InputSaliency): Panel {
  const means = Array.from({ length: steps }, (_, step) => {
    const there = lengths.flatMap((length, sequence) => (step < length ? [(norms[step * batch + sequence] as number) ** 2] : []));
    return Math.sqrt(there.reduce((sum, square) => sum + square, 0) / there.length);
  });
  return curve(means, "‖∂y/∂x‖, root mean square over the sequences");
}

function map({ norms, shape: [steps, batch], lengths }: InputSaliency): Panel {
  // Beyond a sequence's end there is nothing: the lightest colour.
  const at = (step: number, row: number) => (step < (lengths[row] as number) ? (norms[step * batch + row] as number) : 0);
  const grid = { steps, rows: batch, at };
  const scale = { kind: "log", domain: logDomain(norms, 12) } as const;
  return heatPanel({
    title: "‖∂y/∂x‖ of each sequence",
    grid,
    scale,
    reduce: "extreme",
    width: panelWidth(1),
    row: "sequence",
    step: "step",
  });
}

/** How many of the last steps hold nearly all of it. */
function share(norms: Float64Array): string {
  const total = norms.reduce((sum, norm) => sum + norm ** 2, 0);
  if (!(total > 0) || !Number.isFinite(total)) return "";
  const sorted = Array.from(norms, (norm) => norm ** 2).sort((one, other) => other - one);
  let [sum, count] = [0, 0];
  while (sum < 0.99 * total && count < sorted.length) sum += sorted[count++] as number;
  return `${counted(count, "step")} of ${norms.length} hold 99 % of the squared norm; the largest norm is ${shortNumber(Math.sqrt(sorted[0] as number))}.`;
}
