import { nn, type Tensor } from "unrolled";
import type { TextConfig } from "../run-config.js";
import { duration, whole } from "../terminal/words.js";
import { bits, sideBySide } from "../text/evaluate.js";
import type { TextRun } from "../training/text-run.js";
import type { EpochRecord } from "../training/trainer.js";
import { gradientSection } from "./gradients.js";
import { facts, page, paragraph, section, verbatim } from "./html.js";
import { lossFigure } from "./losses.js";

export interface TextReport {
  readonly config: TextConfig;
  readonly run: TextRun;
  readonly history: readonly EpochRecord[];
  readonly samples: readonly { readonly temperature: number; readonly text: string }[];
  /** Bits per character that frequencies alone cost. */
  readonly frequency: number;
}

/** A page on a model of a text: its losses, what it writes, its gradients. */
export function textReport(report: TextReport): string {
  const { config, run, history, samples, frequency } = report;
  const best = run.trainer.best!;
  const per = `bits per ${config.unit === "bytes" ? "byte" : "character"}`;
  const lead = `${config.model.cell.toUpperCase()} of ${config.model.hidden} units, trained on ${config.data.file} by unrolled ${config.unrolled}.`;
  const said = `${bits(best.validation).toFixed(3)} ${per} of text that it has not learned from; ${frequency.toFixed(3)} would be what frequencies alone cost.`;
  return page(`A model of ${config.data.file}`, lead, [
    section("Training", paragraph(said), lossFigure(history, per, bits, best)),
    section("What it writes", ...samples.flatMap(({ temperature, text }) => [paragraph(`Temperature ${temperature}`), verbatim(text)])),
    gradientSection(run.model, () => batchLoss(run)),
    section("The run", facts(pairsOf(report))),
  ]);
}

/** The loss of one stretch of the validation text, as long as a span of training. */
function batchLoss({ parts, model, config }: TextRun): Tensor {
  const columns = Math.max(1, Math.min(16, Math.floor(parts.validation.length / (config.window + 1))));
  const [characters, following] = sideBySide(parts.validation, columns);
  const span = Math.min(config.window, characters.shape[0]!);
  const [logits] = model.forward(characters.narrow(0, 0, span));
  return new nn.CrossEntropyLoss().forward(logits.flatten({ endDim: 1 }), following.narrow(0, 0, span).flatten());
}

function pairsOf({ config, run, history }: TextReport): [string, string][] {
  const { training, model, split } = config;
  return [
    [`${config.unit} to learn from, to choose by`, `${whole(split.training)}, ${whole(split.rows - split.training)}`],
    ["different ones", config.unit === "bytes" ? "256" : whole(config.vocabulary.length)],
    ["span of gradients", `${config.window} ${config.unit}`],
    ["layers, dropout", `${model.layers}, ${model.dropout}`],
    ["parameters", whole(run.model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0))],
    ["learning rate, batch, clip", `${training.lr}, ${training.batch}, ${training.clip}`],
    ["seed", String(training.seed)],
    ["time", duration(history.at(-1)?.seconds ?? 0)],
    ["SIMD", training.simd],
  ];
}
