import { curvesPanel } from "../../chart/index.js";
import type { EpochRecord } from "../training/trainer.js";
import { figure } from "./figure.js";

/** The loss of every epoch, of what is learned from and of what is not. */
export function lossFigure(
  history: readonly EpochRecord[],
  y: string,
  of: (loss: number) => number,
  best: EpochRecord | undefined,
): string {
  const learned = history.filter(({ loss }) => loss !== null);
  const series = [
    { name: "learned from", x: learned.map(({ epoch }) => epoch), values: learned.map(({ loss }) => of(loss!)) },
    { name: "validation", x: history.map(({ epoch }) => epoch), values: history.map(({ validation }) => of(validation)) },
  ].filter(({ values }) => values.length > 0);
  const rules = best === undefined ? [] : [{ y: of(best.validation), label: `best, epoch ${best.epoch}` }];
  return figure(
    (width) => curvesPanel({ title: "Loss", x: "epoch", y, width, height: 300, series, rules }),
    "Epoch 0 is before training. The weights of the best epoch are kept.",
  );
}
