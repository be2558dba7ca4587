import type { SeriesConfig } from "../run-config.js";

/** The simple forecast that the network corrects, in words. */
export function describeBase({ framing }: Pick<SeriesConfig, "framing">): string {
  const { base, relative } = framing;
  const words = {
    last: "the last value",
    mean: "the window's mean",
    median: "the window's median",
    season: "the value a season ago",
    "seasonal drift": "the value a season ago with drift",
  };
  return `${words[base]}${relative ? " by a share" : ""}`;
}
