// What the terminal shows.

import { describeSizes } from "../cases.mjs";
import { threeDigits, times } from "../measure/statistics.mjs";

/** Milliseconds as `1.23 s`, `12.3 ms`, `45.6 µs` or `12.3 ns`. */
export function duration(milliseconds) {
  if (milliseconds >= 1000) return `${threeDigits(milliseconds / 1000)} s`;
  if (milliseconds >= 1) return `${threeDigits(milliseconds)} ms`;
  if (milliseconds >= 1e-3) return `${threeDigits(1e3 * milliseconds)} µs`;
  return `${threeDigits(1e6 * milliseconds)} ns`;
}

export const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** How many times as long a contestant takes as we do for the same work. */
export function ratio(ours, theirs) {
  return theirs.median / (theirs.share ?? 1) / ours.median;
}

/** GFLOP/s, and the part of the peak in percent. */
export function speed(flops, { median }, peak) {
  const gflops = flops / median / 1e6;
  return { gflops, percent: (100 * gflops) / peak };
}

const MODES = { train: "training step", forward: "forward" };

function network({ case: sizes, cell, mode, flops, peak, contestants }) {
  const [ours] = contestants;
  const width = Math.max(24, ...contestants.map(({ name }) => name.length));
  const rows = contestants.map((each) => {
    const { gflops, percent } = speed(flops * (each.share ?? 1), each, peak);
    const spread = `${duration(each.low)} to ${duration(each.high)}`;
    const slow = each.share === undefined ? `${gflops.toFixed(1).padStart(6)} GFLOP/s ${percent.toFixed(0).padStart(3)} %` : " ".repeat(20);
    const columns = [each.name.padEnd(width), duration(each.median).padStart(9), slow, times(ratio(ours, each)).padStart(8)];
    const tail = sizes.name === "stream" ? `, p99 ${duration(each.p99)}` : "";
    return `  ${columns.join("  ")}   quartiles ${spread}${tail}, ${each.calls} calls`;
  });
  return [`${cell} ${sizes.name}, ${MODES[mode]} (${describeSizes(sizes)}; peak ${peak.toFixed(1)} GFLOP/s)`, ...rows].join("\n");
}

function kernel({ name, flops, elements, peak, median, low, high }) {
  const label = name.padEnd(36);
  const spread = `quartiles ${duration(low)} to ${duration(high)}`;
  if (flops === undefined) return `${label} ${duration(median / elements)} per element   (${spread})`;
  const { gflops, percent } = speed(flops, { median }, peak);
  return `${label} ${gflops.toFixed(1)} GFLOP/s, ${percent.toFixed(0)} % of peak   (${duration(median)}, ${spread})`;
}

/** The phases of a step with their shares; `total` of all. */
export function shares({ phases }) {
  const total = phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return { total, phases: phases.map((phase) => ({ ...phase, percent: (100 * phase.milliseconds) / total })) };
}

function profile({ case: sizes, cell, steps, ...line }) {
  const { total, phases } = shares(line);
  const rows = phases.map(
    ({ name, milliseconds, percent }) => `  ${name.padEnd(28)} ${percent.toFixed(1).padStart(5)} %  ${duration(milliseconds).padStart(9)}`,
  );
  const head = `${cell} ${sizes.name}, where the ${duration(total)} of a training step go (${describeSizes(sizes)}; ${steps} steps)`;
  return [head, ...rows].join("\n");
}

const DESCRIBE = {
  network,
  kernel,
  profile,
  pattern: ({ cell, name, median, low, high, base, work, ratio: relative }) => {
    const time = `${cell} ${name.padEnd(36)} ${duration(median).padStart(9)}   quartiles ${duration(low)} to ${duration(high)}`;
    return name === base ? time : `${time}; ${relative.toFixed(2)} × the time of ${work} × "${base}"`;
  },
  scaling: ({ cell, name, change, work, median }) => `${cell} ${name}, ${change}: ${duration(median)} for ${work} × the work`,
  memory: ({ cell, case: { name }, core, process: whole, atFirst }) =>
    `${cell} ${name}, memory in training: core ${mebibytes(core)}, process ${mebibytes(whole)} (${mebibytes(atFirst.process)} before)`,
  size: ({ name, gzip }) => `${name}: ${(gzip / 1024).toFixed(1)} KiB gzipped`,
  load: ({ name, median, low, high }) =>
    `${name}: ${duration(median)} from import to the first result (quartiles ${duration(low)} to ${duration(high)})`,
};

/** A line of the results, as some lines of text. */
export const describe = (line) => DESCRIBE[line.kind](line);

/** Where and with what the run is done. */
export function describeHeader({ machine, engine, simd, software, missing, peak }) {
  const forms = peak.map(({ name, gflops, chosen }) => `${name}: ${gflops.toFixed(1)}${chosen ? " (the peak below)" : ""}`);
  return [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)}; ${engine.name} ${engine.version} (${engine.compiler}), ${simd}`,
    ...software,
    ...missing.map((reason) => `left out: ${reason}`),
    `f32x4 in registers, GFLOP/s: ${forms.join("; ")}`,
    "",
  ].join("\n");
}
