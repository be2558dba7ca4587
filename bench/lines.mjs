// Networks: one line for each case, cell and mode, everybody in turns.

import { CASES, flops, MODES } from "./cases.mjs";
import { inTurns } from "./measure/turns.mjs";
import { gflops } from "./peak/peak.mjs";
import { unrolled } from "./peers/unrolled.mjs";

/** The lines that are asked for, one case after the other. */
export function linesOf({ case: cases, cell: cells, mode: modes }) {
  const sizes = CASES.filter(({ name }) => cases.includes(name));
  const networkModes = MODES.filter((mode) => modes.includes(mode));
  return cells.flatMap((cell) => networkModes.flatMap((mode) => sizes.map((each) => ({ cell, mode, sizes: each }))));
}

/** Measures the contestants beside the peak, whose speed in the same seconds is what percentages refer to. */
export async function besidePeak(peak, contestants, seconds) {
  const [top, ...results] = await inTurns([peak, ...contestants], seconds);
  return { peak: gflops(peak.flops, top.median), results };
}

/**
 * Times everybody who does this line. `share` in a result: which part of the line's work one call of it does, if not all.
 */
export async function measureLine({ cell, mode, sizes }, peers, peak, seconds) {
  const contestants = [];
  for (const peer of [unrolled, ...peers]) {
    for (const contestant of await peer.contestants({ cell, mode, sizes })) contestants.push(contestant);
  }
  const { peak: top, results } = await besidePeak(peak, contestants, seconds);
  const withShare = results.map((result, index) => {
    const { share } = contestants[index];
    return share === undefined ? result : { ...result, share };
  });
  return { kind: "network", case: sizes, cell, mode, flops: flops(sizes, cell, mode), peak: top, contestants: withShare };
}
