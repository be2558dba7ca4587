import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { backend, manualSeed, UnrolledError } from "unrolled";
import { integer, parse, UsageError } from "./command-line.js";

/** What a run is asked for. */
export interface Settings {
  /** Seconds instead of minutes: less data, fewer steps, a smaller model. */
  readonly short: boolean;
  /** Of the random generator, which is already seeded with it. */
  readonly seed: number;
  /** Tells a reader how the run gets on. */
  say(line: string): void;
}

/** What a run has found. */
export interface Outcome {
  /** The figures, the same every time from one seed. */
  readonly result: object;
  /** What depends on the machine and the moment, as times do. */
  readonly measured?: object;
  /** Draws them, as the text of an SVG file; asked for with `--picture`. */
  picture?(): string;
}

const config = {
  short: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  picture: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

function usage(name: string): string {
  return `npm run example -- ${name} [options]

  --short         in seconds: less data, fewer steps, a smaller model
  --seed N        of everything random (default 1): the same seed gives the same figures
  --json          the figures as one line of JSON on stdout; the narration goes to stderr
  --picture FILE  writes the picture as SVG
  --help          this text

examples/${name}/README.md says what it shows.`;
}

async function start(name: string, args: readonly string[], run: (settings: Settings) => Outcome | Promise<Outcome>): Promise<void> {
  const { help, short, json, picture, seed: seedText } = parse(args, config);
  if (help) return console.log(usage(name));
  const seed = integer("--seed", seedText, 0);
  if (picture !== undefined && !picture.endsWith(".svg"))
    throw new UsageError(`--picture must end in .svg, got ${JSON.stringify(picture)}.`);
  // A picture that cannot be saved is better refused now than at the end.
  if (picture !== undefined) mkdirSync(dirname(picture), { recursive: true });
  manualSeed(seed);
  const outcome = await run({ short, seed, say: json ? console.error : console.log });
  // The processor's time: what else the machine does at the same time does not count.
  const { user, system } = process.cpuUsage();
  const cpuSeconds = Math.round((user + system) / 1e5) / 10;
  if (json)
    console.log(
      JSON.stringify({ example: name, short, seed, simd: backend().simd, cpuSeconds, measured: outcome.measured, ...outcome.result }),
    );
  else console.log(`\nseed ${seed}, ${backend().simd}, ${cpuSeconds} s of the processor's time`);
  if (picture === undefined) return;
  if (outcome.picture === undefined) throw new UsageError(`--picture: ${name} has nothing to draw.`);
  writeFileSync(picture, outcome.picture());
}

/**
 * Runs an example as the command line says. A mistake in the command line is one sentence, and the exit code 2.
 *
 * @param name of its folder
 */
export async function example(name: string, run: (settings: Settings) => Outcome | Promise<Outcome>): Promise<void> {
  try {
    await start(name, process.argv.slice(2), run);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof UnrolledError)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
