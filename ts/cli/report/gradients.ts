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

function normsFigure({ layers }: BpttReport): string {
  const series = layers.flatMap(({ h, c, layer, steps }) => {
    const x = Array.from({ length: steps }, (_, step) => step - steps + 1);
    const name = (state: string) => `‖∂L/∂${state}‖${layers.length > 1 ? ` layer ${layer}` : ""}`;
    return [{ name: name("h"), values: h, x }, ...(c === null ? [] : [{ name: name("c"), values: c, x, dashed: true }])];
  });
  return figure(
    (width) =>
      curvesPanel({ title: "Gradients of the states", x: "steps before the last", y: "norm", width, height: 280, log: true, series }),
    "How much a change of the state at each step would change the loss: where it is many powers of ten below the last step's, nothing is learned from that far back.",
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
