import type { nn, Tensor } from "unrolled";
import { type BpttReport, bpttReport } from "unrolled/insight";
import { curvesPanel } from "../../chart/index.js";
import { figure } from "./figure.js";
import { asSentence, bullets, htmlTable, paragraph, section } from "./html.js";

/** How gradients fare on their way back through time, of one batch. */
export function gradientSection(model: nn.Module, loss: () => Tensor): string {
  model.eval();
  const report = bpttReport(model, loss);
  const several = report.layers.length > 1;
  const verdicts = report.layers.map(({ verdict, layer }) => {
    const said = asSentence(verdict.text);
    return paragraph(several ? `Layer ${layer}: ${said}` : said) + bullets(verdict.advice);
  });
  return section("Backpropagation through time", ...verdicts, normsFigure(report), gateTable(report));
}

/** What the last step alone sends back, from which the verdict is read: a loss at every step would hide how soon it fades. */
function normsFigure({ layers, thresholds }: BpttReport): string {
  const series = layers.flatMap(({ fromLastStep, layer, steps }) => {
    if (fromLastStep === null) return [];
    const x = Array.from({ length: steps }, (_, step) => step - steps + 1);
    return [{ name: `layer ${layer}`, values: fromLastStep, x }];
  });
  if (series.length === 0) return "";
  const rules = [{ y: thresholds.vanishing, label: "vanished" }];
  const title = "‖∂L/∂h‖, of the last step's loss alone";
  return figure(
    (width) => curvesPanel({ title, x: "steps before the last", y: "times the last step's", width, height: 280, log: true, series, rules }),
    "How much a change of the state at each step would change what is said after the last one. Below the line nothing is learned from that far back.",
  );
}

function gateTable({ layers }: BpttReport): string {
  const percent = (share: number | null) => (share === null ? "–" : `${(100 * share).toFixed(0)} %`);
  const rows = layers.flatMap(({ gates, layer }) =>
    gates.map((gate) => [
      layers.length > 1 ? `${gate.gate}, layer ${layer}` : gate.gate,
      gate.mean.toFixed(2),
      percent(gate.low),
      percent(gate.high),
      gate.gradient === null ? "–" : gate.gradient.toPrecision(3),
    ]),
  );
  return rows.length === 0 ? "" : htmlTable([["gate", "mean", "saturated low", "saturated high", "gradient"], ...rows]);
}
