// Which form of the peak is the highest here.

import { inTurns } from "../measure/turns.mjs";
import { gflops, peakContestants } from "./peak.mjs";

/**
 * Tries all forms that a SIMD level has. Returns the best, as a contestant to be measured beside others, and what each reached.
 *
 * @param {"simd128" | "relaxed"} simd
 */
export async function findPeak(simd, seconds) {
  const tried = peakContestants();
  const results = await inTurns(tried, Math.min(seconds, 0.3));
  const reached = tried.map(({ flops }, index) => gflops(flops, results[index].median));
  // A build without relaxed SIMD has no fused instruction, although the engine may have one.
  const usable = tried.filter(({ fused }) => !fused || simd === "relaxed");
  const best = usable.reduce((top, each) => (reached[tried.indexOf(each)] > reached[tried.indexOf(top)] ? each : top));
  return { peak: best, variants: tried.map(({ name }, index) => ({ name, gflops: reached[index], chosen: tried[index] === best })) };
}
