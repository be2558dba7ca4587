import { type Comparison, LIMITS } from "./compare.js";
import type { RunRecord } from "./record.js";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A difference, to two digits; 0 where there is none. */
export function small(difference: number): string {
  return difference === 0 ? "0" : difference.toExponential(1);
}

/** What was compared with what. */
export function introduction(ours: RunRecord, theirs: RunRecord, live: boolean): string {
  const how = live ? "run just now" : "read from the log in examples/twin/log; UNROLLED_PYTHON=… runs it here";
  return `here:    ${ours.software}\nPyTorch: ${theirs.software}, ${how}\n`;
}

/** The numbers, a line each. */
export function summary(comparison: Comparison, live: boolean): string {
  const { ours, theirs, steps, changed, first, all, bits, reloaded } = comparison;
  const parameters = Object.keys(theirs.initial).length;
  const early = Math.min(LIMITS.firstSteps, steps);
  const later = steps > early ? `, ${small(all)} in all ${steps}` : "";
  const speed = ({ charactersPerSecond, threads }: RunRecord) =>
    `${whole.format(charactersPerSecond)} characters per second on ${threads} ${threads === 1 ? "thread" : "threads"}`;
  const lines: [string, string][] = [
    ["initial weights", changed.length === 0 ? `the same bits in all ${parameters} parameters` : `other bits in ${changed.join(", ")}`],
    ["losses", `differ by at most ${small(first)} in the first ${early} steps${later}`],
    ["held-out text", `${bits[0].toFixed(5)} bits per character here, ${bits[1].toFixed(5)} in PyTorch`],
    ["training here", speed(ours)],
    ["in PyTorch", `${speed(theirs)}${live ? "" : " (of the machine of the log)"}`],
    ...reloaded.map(({ file, reader, difference }): [string, string] => [
      `loaded in ${reader}`,
      `${file}: logits differ by at most ${small(difference)}`,
    ]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(20)}${value}`).join("\n");
}
