// What the README and docs/benchmarks.md show, from files of results alone.

import { CASES, CELLS, describeSizes } from "../cases.mjs";
import { threeDigits, times } from "../measure/statistics.mjs";
import { duration, mebibytes, ratio, shares, speed } from "./text.mjs";

/** The first line is the head; the columns after the first are numbers. */
function table([head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const MISSING = "–";

/** The text between two markers replaced; the markers stay. */
export function replaceBetween(text, start, end, content) {
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`bench-table: the text must have ${start} and then ${end}, got ${from < 0 ? "no start" : "no end"}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

/** The line of a network in a run; `undefined` if it was not measured. */
export function find(run, cell, mode, name) {
  return run.lines.find((line) => line.kind === "network" && line.cell === cell && line.mode === mode && line.case.name === name);
}

/** `5.1 ×`, how many times as long that peer takes; in bold if it is faster than we are, so that nobody has to search for it. */
export function against(line, peer) {
  const theirs = line?.contestants.find(({ name }) => name === peer);
  if (theirs === undefined) return MISSING;
  const value = ratio(line.contestants[0], theirs);
  return value < 1 ? `**${times(value)}**` : times(value);
}

const setting = ({ engine, simd, machine, date }) => `${engine.name} ${engine.version}, ${simd}, ${machine.cpu}, ${date.slice(0, 10)}`;

/** A row for each case: our LSTM, then what others take. */
export function readmeTable(run) {
  const torch = "PyTorch, 1 thread";
  const head = ["case", "LSTM", "of peak", "PyTorch", "GRU: PyTorch", "RNN: PyTorch", "jax-js", "tfjs wasm", "forward: onnxruntime-web"];
  const rows = CASES.flatMap((sizes) => {
    const [lstm, gru, rnn] = ["LSTM", "GRU", "RNN"].map((cell) => find(run, cell, "train", sizes.name));
    if (lstm === undefined) return [];
    const [ours] = lstm.contestants;
    const peers = [against(lstm, torch), against(gru, torch), against(rnn, torch), against(lstm, "jax-js"), against(lstm, "tfjs wasm")];
    const forward = against(find(run, "LSTM", "forward", sizes.name), "onnxruntime-web");
    const percent = `${speed(lstm.flops, ours, lstm.peak).percent.toFixed(0)} %`;
    return [[`\`${sizes.name}\` ${describeSizes(sizes)}`, duration(ours.median), percent, ...peers, forward]];
  });
  return table([head, ...rows]);
}

/** The table with what must be known to read it. */
export function readmeSection(run, picture) {
  return [
    `A training step (forward, mean squared error, backward, Adam) through the public API, one thread; and how many times as long others take for the same`,
    `in the same run, in turns. **Bold**: they are faster. ${setting(run)}.`,
    "",
    readmeTable(run),
    "",
    `*Of peak*: of what four lanes of float32 reach in registers alone in this engine. PyTorch is native and uses AVX-512 or AVX2 where the processor has`,
    `them: vectors four times or twice as wide as WebAssembly's. tfjs and jax-js are left out where a step takes them minutes.`,
    "",
    `![Ratios of time, on a logarithmic scale](${picture})`,
    "",
    `All numbers, other engines and how to repeat it: [docs/benchmarks.md](docs/benchmarks.md).`,
  ].join("\n");
}

function networkTable(run, cell, mode) {
  const lines = CASES.map(({ name }) => find(run, cell, mode, name)).filter((line) => line !== undefined);
  const head = ["case", "who", "median", "quartiles", "GFLOP/s", "of peak", "ratio", "calls"];
  const rows = lines.flatMap((line) =>
    line.contestants.map((each, index) => {
      const { gflops, percent } = speed(line.flops, each, line.peak);
      const work = each.share === undefined ? [threeDigits(gflops), `${percent.toFixed(1)} %`] : [MISSING, MISSING];
      const tail = line.case.name === "stream" ? `; p99 ${duration(each.p99)}` : "";
      const spread = `${duration(each.low)} to ${duration(each.high)}${tail}`;
      return [
        index === 0 ? `\`${line.case.name}\`` : "",
        each.name,
        duration(each.median),
        spread,
        ...work,
        times(ratio(line.contestants[0], each)),
        each.calls,
      ];
    }),
  );
  return rows.length === 0 ? [] : [`#### ${cell}, ${mode === "train" ? "training step" : "forward"}`, "", table([head, ...rows]), ""];
}

const of = (run, kind) => run.lines.filter((line) => line.kind === kind);

function kernelTable(run) {
  const rows = of(run, "kernel").map(({ name, flops, elements, median, low, high, peak }) => {
    const spread = `${duration(low)} to ${duration(high)}`;
    if (flops === undefined) return [name, `${duration(median / elements)} per element`, MISSING, duration(median), spread];
    const { gflops, percent } = speed(flops, { median }, peak);
    return [name, `${threeDigits(gflops)} GFLOP/s`, `${percent.toFixed(0)} %`, duration(median), spread];
  });
  return rows.length === 0 ? [] : ["#### Kernels alone", "", table([["kernel", "speed", "of peak", "median", "quartiles"], ...rows]), ""];
}

function profileTable(run) {
  const lines = of(run, "profile");
  const rows = lines.map((line) => {
    const { total, phases } = shares(line);
    return [`${line.cell} \`${line.case.name}\``, duration(total), ...phases.map(({ percent }) => percent.toFixed(1))];
  });
  const head = () => ["a training step, %", "time", ...lines[0].phases.map(({ name }) => name)];
  return rows.length === 0 ? [] : ["#### Where the time goes", "", table([head(), ...rows]), ""];
}

function patternTable(run) {
  const rows = of(run, "pattern").map(({ cell, name, median, low, high, base, work, ratio: relative }) => [
    `${cell}, ${name}`,
    duration(median),
    `${duration(low)} to ${duration(high)}`,
    `${work} × ${base}`,
    `${relative.toFixed(2)} ×`,
  ]);
  const head = ["pattern", "median", "quartiles", "of", "ratio"];
  return rows.length === 0 ? [] : ["#### Ways to train", "", table([head, ...rows]), ""];
}

function scalingTable(run) {
  const rows = of(run, "scaling").map((line, _, all) => {
    const base = all.find(({ cell, name, work }) => cell === line.cell && name === line.name && work === 1);
    return [
      `${line.cell} ${line.name}, ${line.change}`,
      `${line.work} ×`,
      duration(line.median),
      `${(line.median / base.median).toFixed(2)} ×`,
    ];
  });
  return rows.length === 0 ? [] : ["#### More work", "", table([["training step", "work", "median", "time"], ...rows]), ""];
}

function memoryTable(run) {
  const rows = of(run, "memory").map(({ case: { name }, cell, core, process: whole, atFirst }) => [
    `${cell} \`${name}\``,
    mebibytes(core),
    mebibytes(whole),
    mebibytes(atFirst.process),
  ]);
  const head = ["training", "core", "process at its peak", "before the first step"];
  return rows.length === 0 ? [] : ["#### Memory", "", table([head, ...rows]), ""];
}

function loadTable(run) {
  const sizes = of(run, "size").map(({ name, gzip }) => [name, `${(gzip / 1024).toFixed(1)} KiB gzipped`, MISSING]);
  const starts = of(run, "load").map(({ name, median, low, high }) => [
    name,
    `${duration(median)} to the first result`,
    `${duration(low)} to ${duration(high)}`,
  ]);
  const rows = [...sizes, ...starts];
  return rows.length === 0 ? [] : ["#### Loading", "", table([["what", "size or time", "quartiles"], ...rows]), ""];
}

/** Where and with what a run was done, and all of its numbers. */
export function runSection(run) {
  const { machine, engine, simd, flags, software, missing, peak, files, date, options } = run;
  const forms = peak.map(({ name, gflops, chosen }) => `${name} ${gflops.toFixed(1)}${chosen ? " (what percentages refer to)" : ""}`);
  const facts = [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(2)} at the beginning; ${date}`,
    `${engine.name} ${engine.version} (${engine.compiler}), ${simd}, flags: ${flags.length > 0 ? flags.join(" ") : "none"}; ${options.seconds} s for each contestant`,
    `${software.join("; ")}`,
    ...missing.map((reason) => `left out: ${reason}`),
    `f32x4 in registers, GFLOP/s: ${forms.join("; ")}`,
    `from ${files.map((file) => `[${file}](../bench/results/${file})`).join(", ")}`,
  ];
  const networks = CELLS.flatMap((cell) => ["train", "forward"].flatMap((mode) => networkTable(run, cell, mode)));
  const rest = [
    ...kernelTable(run),
    ...profileTable(run),
    ...patternTable(run),
    ...scalingTable(run),
    ...memoryTable(run),
    ...loadTable(run),
  ];
  return [`### ${engine.name} ${engine.version}, ${simd}`, "", ...facts.map((fact) => `- ${fact}`), "", ...networks, ...rest]
    .join("\n")
    .trimEnd();
}
