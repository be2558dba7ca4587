import { short } from "../common/format.js";
import type { Score } from "./protocol.js";

/** The model's error beside the best of the others, in words: as plainly where it is larger. */
export function compare(scores: readonly Score[]): string {
  const [model, ...others] = scores;
  const best = others.toSorted((a, b) => a.mae - b.mae)[0];
  if (!model || !best) return "";
  const percent = Math.round(100 * Math.abs(1 - model.mae / best.mae));
  const how = percent === 0 ? "about that of" : `${percent} % ${model.mae < best.mae ? "less" : "more"} than that of`;
  return `Its mean absolute error is ${short(model.mae)}, ${how} the ${best.name} forecast (${short(best.mae)}).`;
}
