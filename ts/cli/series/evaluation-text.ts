import type { Evaluation } from "./backtest.js";

/** Rows of a table that shows an evaluation: a head, then one row for each forecast. */
export function evaluationRows({ scores }: Evaluation, show: (value: number) => string): string[][] {
  const [, naive, seasonal] = scores;
  const head = ["", "MAE", "RMSE", "MASE", "of naive", ...(seasonal === undefined ? [] : ["of seasonal naive"])];
  const percent = (part: number, whole: number) => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(0)} %`);
  const rows = scores.map(({ name, mae, rmse, mase }) => [
    name,
    show(mae),
    show(rmse),
    mase.toFixed(3),
    percent(mae, naive!.mae),
    ...(seasonal === undefined ? [] : [percent(mae, seasonal.mae)]),
  ]);
  return [head, ...rows];
}

/** What there is to say of the intervals; null if there are none. */
export function intervalSentence({ interval }: Evaluation): string | null {
  if (interval === null) return null;
  return `intervals of ${(100 * interval.expected).toFixed(0)} % held ${(100 * interval.actual).toFixed(0)} % of the values`;
}
