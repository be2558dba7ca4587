import { cpus, freemem, totalmem } from "node:os";
import { backend, nn, optim, randn } from "unrolled";
import { checkPositionals, parse, Values } from "../args.js";
import { type Command, EXIT } from "../command.js";
import { type Narrator, print } from "../terminal/output.js";
import { pairs } from "../terminal/words.js";

const WHERE = "unrolled doctor";

const options = { json: { help: "one JSON object instead of a table" } } as const;

export const doctor: Command = {
  name: "doctor",
  summary: "Says what computes here and how fast: versions, SIMD level, a training step of an LSTM, memory.",
  examples: [["unrolled doctor", "takes about two seconds"]],
  usage: "[options]",
  options,
  run,
};

/** The step that is timed: `chars` of the benchmarks. */
const SIZES = { steps: 64, batch: 32, inputs: 64, hidden: 128 } as const;
const SECONDS = 1.5;

/** The median time of a training step, in seconds. */
function timeStep(): number {
  const { steps, batch, inputs, hidden } = SIZES;
  const lstm = new nn.LSTM(inputs, hidden);
  const optimizer = new optim.Adam(lstm.parameters(), { lr: 1e-3 });
  const criterion = new nn.MSELoss();
  const [x, y] = [randn([steps, batch, inputs]), randn([steps, batch, hidden])];
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  // The first steps wait for the engine to compile.
  for (let step = 0; step < 15 || performance.now() < end; step++) {
    const start = performance.now();
    optimizer.zeroGrad();
    criterion.forward(lstm.forward(x)[0], y).backward();
    optimizer.step();
    if (step >= 5) times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

/** Floating-point operations of the products in a training step: 2TN·4H·(2I + 3H). */
function flops(): number {
  const { steps, batch, inputs, hidden } = SIZES;
  return 2 * steps * batch * 4 * hidden * (2 * inputs + 3 * hidden);
}

async function run(args: readonly string[], narrator: Narrator): Promise<number> {
  const parsed = parse(WHERE, args, options);
  const values = new Values(WHERE, parsed);
  checkPositionals(WHERE, parsed.positionals, []);
  const { simd, source, version } = backend();
  narrator.live(() => "timing a training step …");
  const seconds = timeStep();
  narrator.stop();
  const found = {
    unrolled: version,
    runtime: runtime(),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    simd,
    core: source,
    stepMilliseconds: 1000 * seconds,
    gflops: flops() / seconds / 1e9,
    memory: { core: backend().memoryBytes, process: process.memoryUsage.rss(), free: freemem(), total: totalmem() },
  };
  await print(values.has("json") ? `${JSON.stringify(found)}\n` : `${pairs(rowsOf(found))}\n`);
  return EXIT.ok;
}

function runtime(): string {
  const { bun, deno, node } = process.versions;
  return bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
}

interface Found {
  readonly unrolled: string;
  readonly runtime: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly simd: string;
  readonly core: string;
  readonly stepMilliseconds: number;
  readonly gflops: number;
  readonly memory: Readonly<Record<"core" | "process" | "free" | "total", number>>;
}

function rowsOf(found: Found): [string, string][] {
  const { memory, simd } = found;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const { steps, batch, inputs, hidden } = SIZES;
  const advice =
    simd === "relaxed"
      ? ""
      : process.env["UNROLLED_SIMD"] === "simd128"
        ? " (UNROLLED_SIMD asks for it)"
        : " (Node 22 or newer has relaxed SIMD, which is faster)";
  return [
    ["unrolled", found.unrolled],
    ["runtime", found.runtime],
    ["platform", found.platform],
    ["processor", `${found.processor}, ${found.cores} cores, of which one is used`],
    ["SIMD", `${simd}${advice}`],
    ["core", found.core],
    [
      "speed",
      `${found.gflops.toFixed(1)} GFLOP/s: ${found.stepMilliseconds.toFixed(1)} ms for a training step of an LSTM (T ${steps}, N ${batch}, I ${inputs}, H ${hidden})`,
    ],
    [
      "memory",
      `${mib(memory.process)} of this process, ${mib(memory.core)} of them the core's; ${gib(memory.free)} of ${gib(memory.total)} free`,
    ],
  ];
}
