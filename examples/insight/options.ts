import { integer, parse, UsageError } from "../command-line.js";

export interface Options {
  /** Steps of the training. */
  readonly steps: number;
  /** Characters to look for units in. */
  readonly read: number;
  readonly seed: number;
  /** The folder that the pictures go to. */
  readonly out: string;
}

const HELP = `npm run example -- insight [options]

  --short     in seconds: 20 steps, 3,000 characters to look for units in
  --seed N    of everything random (default 0)
  --out DIR   the pictures' folder (default out/insight)
  --help      this text

examples/insight/README.md says what it shows.`;

const config = {
  short: { type: "boolean", default: false },
  seed: { type: "string", default: "0" },
  out: { type: "string", default: "out/insight" },
  help: { type: "boolean", default: false },
} as const;

/** What the command line asks for; ends the process where that is help or a mistake, which is one sentence. */
export function options(): Options {
  try {
    const { short, seed, out, help } = parse(process.argv.slice(2), config);
    if (help) {
      console.log(HELP);
      process.exit(0);
    }
    return { steps: short ? 20 : 1200, read: short ? 3_000 : 60_000, seed: integer("--seed", seed, 0), out };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
