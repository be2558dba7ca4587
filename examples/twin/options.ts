import { integer, parse, UsageError } from "../command-line.js";
import { EVERY } from "./twin.js";

export interface Options {
  readonly steps: number;
  /** The folder that everything is written into. */
  readonly out: string;
  /** A Python that has torch and safetensors; undefined: the log speaks for PyTorch. */
  readonly python: string | undefined;
}

/** Steps of the run in log/. */
const LOGGED = 300;

export const usage = `Trains the same character model twice, here and in PyTorch, from the same seed, and compares all numbers.

npm run twin -- [options]

  --steps N   training steps (default ${LOGGED})
  --out DIR   where the picture, the records and the trained models go (default out/twin)
  --help      this text

The environment variable UNROLLED_PYTHON names a Python that has torch and safetensors: PyTorch's half then runs there. Without it
that half is read from a log, examples/twin/log.

The exit code is 1 unless the initial weights are the same bits, the losses of the first 40 steps within 2e-4, the final bits per
character of a held-out text within 0.01, and the logits of the exchanged files within 1e-4.`;

/**
 * Understands the command line.
 *
 * @returns undefined if help is asked for
 * @throws UsageError
 */
export function parseOptions(args: readonly string[], python: string | undefined): Options | undefined {
  const values = parse(args, {
    steps: { type: "string", default: String(LOGGED) },
    out: { type: "string", default: "out/twin" },
    help: { type: "boolean", default: false },
  });
  if (values.help) return undefined;
  const steps = integer("--steps", values.steps, 1);
  if (!python && (steps > LOGGED || steps % EVERY !== 0)) {
    throw new UsageError(
      `--steps must be a multiple of ${EVERY} up to ${LOGGED}, which are in the log, got ${steps}; or set UNROLLED_PYTHON.`,
    );
  }
  return { steps, out: values.out, python: python || undefined };
}
