import type { EpochRecord } from "./trainer.js";

/** The epochs as a table: an empty cell where there is no value. */
export function metricsCsv(history: readonly EpochRecord[]): string {
  const rows = history.map(({ epoch, loss, validation, lr, gradient, seconds }) =>
    [epoch, loss ?? "", validation, lr, gradient ?? "", seconds.toFixed(3)].join(","),
  );
  return `${["epoch,loss,validation,lr,gradient_norm,seconds", ...rows].join("\n")}\n`;
}
