import { CASES, CELLS, type Cell, flops, MODES, type Mode, type Sizes } from "../../bench/cases.mjs";
import type { NetworkLine, Run } from "../../bench/report/run.mjs";

/** Times that are the median, and a little less and more. */
function result(name: string, median: number, share?: number): NetworkLine["contestants"][number] {
  const spread = { median, low: 0.9 * median, high: 1.2 * median, p99: 2 * median, calls: 10 };
  return { name, ...spread, ...(share === undefined ? {} : { share }) };
}

/** We take 10 ms, PyTorch `ratio` times as long, brain.js 1 ms for a tenth of the work. */
export function line(sizes: Sizes, cell: Cell, mode: Mode, ratio: number): NetworkLine {
  const contestants = [result("unrolled", 10), result("PyTorch, 1 thread", 10 * ratio), result("brain.js (per sequence)", 1, 0.1)];
  return { kind: "network", case: sizes, cell, mode, flops: flops(sizes, cell, mode), peak: 50, contestants };
}

/** A run of every case, in which PyTorch takes half as long for `big` and three times as long else. */
export function run(changes: Partial<Run> = {}): Run {
  const lines = CELLS.flatMap((cell) =>
    MODES.flatMap((mode) => CASES.map((sizes) => line(sizes, cell, mode, sizes.name === "big" ? 0.5 : 3))),
  );
  return {
    file: "a.json",
    files: ["a.json"],
    date: "2026-11-23T10:00:00.000Z",
    machine: { cpu: "Some CPU", cores: 2, load: 0.1 },
    engine: { name: "Node", version: "26.10.0", compiler: "V8 14" },
    simd: "relaxed",
    flags: [],
    software: ["unrolled 0.1.0, relaxed"],
    missing: [],
    peak: [{ name: "relaxed_madd, 12 chains", gflops: 50, chosen: true }],
    options: { seconds: 0.5 },
    lines,
    ...changes,
  };
}
