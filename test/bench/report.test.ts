import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { CASES } from "../../bench/cases.mjs";
import { against, find, readmeSection, readmeTable, replaceBetween, runSection } from "../../bench/report/markdown.mjs";
import { picture, points } from "../../bench/report/picture.mjs";
import { newest } from "../../bench/report/results.mjs";
import type { PatternLine, ProfileLine } from "../../bench/report/run.mjs";
import { describe, duration, ratio, speed } from "../../bench/report/text.mjs";
import { line, run } from "./run.js";

const [sizes] = CASES;

test("times are shown in the unit that fits", () => {
  expect([1234, 12.34, 0.0123, 0.0000123].map(duration)).toEqual(["1.23 s", "12.3 ms", "12.3 µs", "12.3 ns"]);
});

test("a ratio is of the same work, a speed of the peak", () => {
  expect(ratio({ median: 2 }, { median: 3 })).toBe(1.5);
  expect(ratio({ median: 2 }, { median: 3, share: 0.25 })).toBe(6);
  expect(speed(50e6, { median: 2 }, 50)).toEqual({ gflops: 25, percent: 50 });
});

test("a peer that is faster stands in bold, one that was not there as a dash", () => {
  expect(against(line(sizes!, "GRU", "train", 0.5), "PyTorch, 1 thread")).toBe("**0.50 ×**");
  expect(against(line(sizes!, "GRU", "train", 3), "PyTorch, 1 thread")).toBe("3.0 ×");
  expect(against(line(sizes!, "GRU", "train", 3), "jax-js")).toBe("–");
  expect(against(undefined, "jax-js")).toBe("–");
});

test("the table of the README has a row for each case that was measured", () => {
  const whole = readmeTable(run()).split("\n");
  expect(whole).toHaveLength(2 + CASES.length);
  expect(whole.find((row) => row.startsWith("| `big`"))).toBe(
    "| `big` T 100, N 64, I 512, H 512 | 10.0 ms | 13422 % | **0.50 ×** | **0.50 ×** | **0.50 ×** | – | – | – |",
  );
  const onlyTiny = run({ lines: [line(sizes!, "LSTM", "train", 3)] });
  expect(readmeTable(onlyTiny).split("\n")).toHaveLength(3);
  expect(readmeSection(onlyTiny, "a/picture.svg")).toContain("(a/picture.svg)");
});

test("all numbers of a run are in its section, with where they come from", () => {
  const section = runSection(run());
  for (const text of ["Some CPU", "Node 26.10.0", "[a.json](../bench/results/a.json)", "#### GRU, forward"])
    expect(section).toContain(text);
  expect(section.match(/\| PyTorch, 1 thread \|/g)).toHaveLength(6 * CASES.length);
  expect(section).not.toContain("Kernels");
});

test("a profile is shown as shares of its step", () => {
  const phases = [
    { name: "cell", milliseconds: 3 },
    { name: "rest", milliseconds: 1 },
  ];
  const profile: ProfileLine = { kind: "profile", case: sizes!, cell: "GRU", mode: "train", steps: 7, phases };
  expect(describe(profile)).toContain("GRU tiny, where the 4.00 ms of a training step go (T 1, N 4, I 1, H 2; 7 steps)\n");
  expect(describe(profile)).toMatch(/\n {2}cell +75\.0 % +3\.00 ms\n/);
  const section = runSection(run({ lines: [profile] }));
  expect(section).toContain("| a training step, % | time | cell | rest |");
  expect(section).toContain("| GRU `tiny` | 4.00 ms | 75.0 | 25.0 |");
});

test("a pattern is shown beside the work that it is compared with", () => {
  const times = { median: 30, low: 29, high: 31, p99: 40, calls: 9 };
  const pattern: PatternLine = { kind: "pattern", case: sizes!, cell: "RNN", name: "twice", base: "once", work: 2, ratio: 1.5, ...times };
  expect(describe(pattern)).toMatch(/^RNN twice +30\.0 ms {3}quartiles 29\.0 ms to 31\.0 ms; 1\.50 × the time of 2 × "once"$/);
  expect(describe({ ...pattern, name: "once", work: 1, ratio: 1 })).toMatch(/31\.0 ms$/);
  expect(runSection(run({ lines: [pattern] }))).toContain("| RNN, twice | 30.0 ms | 29.0 ms to 31.0 ms | 2 × once | 1.50 × |");
});

test("text between markers is replaced, whatever there was", () => {
  const once = replaceBetween("a <s>x<e> b", "<s>", "<e>", "new");
  expect(once).toBe("a <s>\nnew\n<e> b");
  expect(replaceBetween(once, "<s>", "<e>", "newer")).toBe("a <s>\nnewer\n<e> b");
  expect(() => replaceBetween("a", "<s>", "<e>", "")).toThrow("bench-table: the text must have <s> and then <e>, got no start");
  expect(() => replaceBetween("a <s>", "<s>", "<e>", "")).toThrow("got no end");
});

test("of each setting the newest run is taken, completed by older ones", () => {
  const [old, young] = [0.5, 2].map((value) => line(sizes!, "LSTM", "train", value));
  const forward = line(sizes!, "LSTM", "forward", 1);
  const runs = [
    run({ file: "1.json", lines: [old!, forward] }),
    run({ file: "2.json", simd: "simd128", lines: [old!] }),
    run({ file: "3.json", date: "2026-11-24T10:00:00.000Z", lines: [young!] }),
  ];
  const settings = newest(runs);
  expect([...settings.keys()]).toEqual(["node26-relaxed on Some CPU", "node26-simd128 on Some CPU"]);
  const merged = settings.get("node26-relaxed on Some CPU")!;
  expect(merged.files).toEqual(["1.json", "3.json"]);
  expect(merged.lines).toEqual([young, forward]);
  expect(find(merged, "LSTM", "train", sizes!.name)).toBe(young);
});

test("results of another machine are another setting, and those of two builds of ours none", () => {
  const other = run({ file: "2.json", machine: { cpu: "Another", cores: 2, load: 0 } });
  const builds = run({ file: "3.json", options: { seconds: 0.5, against: "/before/dist" } });
  const settings = newest([run({ file: "1.json" }), other, builds]);
  expect([...settings].map(([key, { files }]) => [key, files])).toEqual([
    ["node26-relaxed on Some CPU", ["1.json"]],
    ["node26-relaxed on Another", ["2.json"]],
  ]);
});

test("the picture has a point for each peer and line, and names what it shows", () => {
  const all = points(run());
  expect(all).toHaveLength(6 * CASES.length);
  expect(all.filter(({ ratio: value }) => value < 1).map((point) => point.case)).toEqual(Array(6).fill("big"));
  const { document } = parseHTML(picture(run()));
  const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent);
  for (const text of ["PyTorch, 1 thread", "training step", "GRU", "series"]) expect(texts).toContain(text);
  expect(texts).not.toContain("tfjs cpu"); // which was not measured
  expect(texts.filter((text) => text === "0.50 ×")).toHaveLength(6);
  expect(texts.join(" ")).toContain("AVX-512");
});
